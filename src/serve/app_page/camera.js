// Photos of a live camera: browsers lend one to pages of this machine or behind HTTPS alone.
import { $, el } from './dom.js';
import { t } from './texts.js';

/** Calls `take` with each photo, `refuse` with a sentence. */
export function offerCamera(take, refuse) {
  const there = Boolean(navigator.mediaDevices?.getUserMedia);
  $('camera').hidden = !there;
  $('camera-why').hidden = there;
  const video = $('camera-video');
  $('camera').addEventListener('click', async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      $('camera-view').showModal();
    } catch {
      refuse(t('cameraRefused'));
    }
  });
  $('camera-shoot').addEventListener('click', () => {
    const canvas = el('canvas', { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext('2d').drawImage(video, 0, 0);
    canvas.toBlob((photo) => photo && take(photo), 'image/jpeg', 0.95);
    $('camera-view').close();
  });
  $('camera-close').addEventListener('click', () => $('camera-view').close());
  $('camera-view').addEventListener('close', () => {
    for (const track of video.srcObject.getTracks()) track.stop();
    video.srcObject = null;
  });
}

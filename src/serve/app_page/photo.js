// Ways for a photo to come in: dropped or pasted anywhere, chosen, photographed.
import { $ } from './dom.js';
import { t } from './texts.js';

const kMostBytes = 200e6;

/** Photos of phones that browsers and this program do not read, by their first bytes. */
async function isHeic(file) {
  const head = new TextDecoder('latin1').decode(await file.slice(4, 12).arrayBuffer());
  return /^ftyp(heic|heix|hevc|mif1|msf1|heim|heis)/.test(head);
}

/** What is wrong with a file before it is sent, or nothing. */
export async function troubleWith(file) {
  if (file.size === 0) return t('emptyFile');
  if (file.size > kMostBytes) return t('tooLarge');
  if (await isHeic(file)) return t('heic');
  return null;
}

const imageIn = (items) => [...(items ?? [])].find((item) => item.kind === 'file')?.getAsFile() ?? null;

async function pasted(take, refuse) {
  try {
    for (const item of await navigator.clipboard.read()) {
      const type = item.types.find((name) => name.startsWith('image/'));
      if (type) return take(await item.getType(type));
    }
    refuse(t('nothingToPaste'));
  } catch {
    refuse(t('pasteRefused'));
  }
}

/** Calls `take` with each photo that comes, `refuse` with a sentence. */
export function listenForPhotos(take, refuse) {
  for (const id of ['choose', 'take']) {
    $(id).addEventListener('change', (event) => {
      const file = event.target.files[0];
      event.target.value = '';
      if (file) take(file);
    });
  }
  document.addEventListener('paste', (event) => {
    const file = imageIn(event.clipboardData?.items);
    if (file) {
      event.preventDefault();
      take(file);
    } else if (!(event.target instanceof HTMLInputElement)) {
      refuse(t('nothingToPaste'));
    }
  });
  // Reading the clipboard by a button needs a secure origin; Ctrl-V does not.
  if (navigator.clipboard?.read) $('paste').addEventListener('click', () => pasted(take, refuse));
  else $('paste').hidden = true;
  let depth = 0;
  const over = (shown) => { $('over').hidden = !shown; };
  document.addEventListener('dragenter', (event) => {
    event.preventDefault();
    over(++depth > 0);
  });
  document.addEventListener('dragleave', () => over(--depth > 0));
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    const file = imageIn(event.dataTransfer?.items);
    if (file) take(file);
    else refuse(t('notAFile'));
  });
}

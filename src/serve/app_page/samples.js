// Photos of the service's own for a reader who has none at hand.
import { $, el } from './dom.js';
import { t } from './texts.js';

/** `load(path)` gives a picture's blob; `take` gets the one that is chosen. */
export async function showSamples(paths, load, take) {
  $('samples').hidden = paths.length === 0;
  const blobs = await Promise.all(paths.map(load));
  $('sample-photos').replaceChildren(...blobs.map((blob, i) => el('li', {},
    el('button', { type: 'button', class: 'sample', onclick: () => take(blob) },
      el('img', { src: URL.createObjectURL(blob), alt: t('sampleWords', { number: i + 1 }) })))));
}

/** After a change of language. */
export function nameSamples() {
  document.querySelectorAll('#sample-photos img').forEach((image, i) => { image.alt = t('sampleWords', { number: i + 1 }); });
}

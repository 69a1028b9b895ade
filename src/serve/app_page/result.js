// Names with bars, how sure the model is, and where the evidence lies.
import { $, bar, el, percent, short } from './dom.js';
import { legend } from './maps.js';
import { has, isChinese, t } from './texts.js';

const valueOf = (one) => one.probability ?? one.score;
const valueText = (one) => (one.probability === undefined ? short(one.score) : percent(one.probability));

/** A class as the reader calls it: in Chinese, English and Latin, as far as they are known. */
export function nameOf(model, name) {
  const other = model.class_names[name] ?? {};
  const first = isChinese() && other.zh ? other.zh : name;
  const also = [first === name ? other.zh : name, other.latin].filter((one) => one && one !== first);
  return { first, also: also.join(', ') };
}

/** In words what a calibrated probability means. */
function confidenceWords(model, best, unknown) {
  if (best.probability === undefined) return t('scoresOnly');
  if (unknown) return t('unsureWhy', { threshold: percent(model.threshold), value: percent(best.probability) });
  if (model.temperature === null) return t('notCalibrated', { value: percent(best.probability) });
  const tenths = Math.round(best.probability * 10);
  if (best.probability >= 0.985) return t('rightNearlyAlways', { value: percent(best.probability) });
  return t('rightInTenths', { tenths: Math.max(1, tenths), value: percent(best.probability) });
}

export function showNames(model, prediction, milliseconds) {
  const best = prediction.classes[0];
  const unknown = prediction.unknown === true;
  const names = nameOf(model, best.name);
  $('answer').textContent = unknown ? t('unsure', { name: names.first }) : names.first;
  $('also').textContent = names.also;
  $('answer').classList.toggle('unsure', unknown);
  $('confidence').textContent = confidenceWords(model, best, unknown);
  const largest = best.probability === undefined ? Math.max(...prediction.classes.map((one) => Math.abs(one.score))) || 1 : 1;
  $('bars').replaceChildren(...prediction.classes.map((one) =>
    el('li', {}, el('span', { class: 'name' }, nameOf(model, one.name).first), el('span', { class: 'value' }, valueText(one)),
      bar(valueOf(one) / largest))));
  $('took').textContent = t('took', { ms: Math.round(milliseconds) });
  $('said').textContent = unknown
    ? t('unsure', { name: names.first })
    : t('announced', { name: names.first, value: valueText(best) });
}

export function fillMethods() {
  const chosen = $('method').value || 'gradcam';
  $('method').replaceChildren(...['gradcam', 'occlusion', 'saliency'].map((name) =>
    el('option', { value: name, selected: name === chosen }, t(`method_${name}`))));
}

export function showHeat(explanation) {
  const heat = $('heat');
  $('heat-controls').hidden = false;
  heat.hidden = !explanation.evidence;
  heat.src = `data:image/png;base64,${explanation.picture}`;
  heat.style.opacity = $('strength').value / 100;
  const signed = explanation.method === 'occlusion';
  const words = t(explanation.evidence ? `heat_${explanation.method}` : 'noEvidence',
    { name: explanation.class.name, layer: explanation.layer ?? '', width: explanation.width, height: explanation.height, patch: explanation.patch ?? '' });
  heat.alt = words;
  $('heat-words').textContent = `${words} ${t('heatLimit')}`;
  $('legend').replaceChildren(...(explanation.evidence ? [legend(explanation.largest, signed)] : []));
}

export function hideHeat(words = '') {
  $('heat').hidden = true;
  $('heat-words').textContent = words;
  $('legend').replaceChildren();
}

export function showSimilar(photos, pictures) {
  $('similar').hidden = false;
  $('similar-photos').replaceChildren(...photos.map((one, i) => {
    const words = t('similarWords', { name: one.class || one.file, distance: one.distance.toFixed(3) });
    return el('li', {}, el('img', { src: pictures[i], alt: '' }), words, one.part ? el('span', { class: 'soft' }, ` (${one.part})`) : '');
  }));
}

/** The service's error in the reader's words where there are some. */
export function troubleText(status, error) {
  const key = `error_${status}`;
  return has(key) ? t(key, { reason: error?.message ?? '' }) : t('error_other', { status, reason: error?.message ?? '' });
}

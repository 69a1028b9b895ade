// The model's card: what it is, how good, and where its limits lie.
import { $, el, scrolling } from './dom.js';

const kKept = { H2: 'h3', P: 'p', UL: 'ul', LI: 'li', TABLE: 'table', TBODY: 'tbody', TR: 'tr', TH: 'th', TD: 'td', PRE: 'pre', DIV: 'div' };

/** A model file may carry anything as its card: plain elements and their texts are taken, and nothing else. */
function plain(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  const name = kKept[node.nodeName];
  if (!name) return null;
  const children = [...node.childNodes].map(plain);
  if (name === 'div') return scrolling(el('div', { class: 'wide' }, children));
  if (name === 'pre') return scrolling(el('pre', {}, children));
  return el(name, { scope: node.getAttribute('scope'), class: node.className || null }, children);
}

/** `page`: that of /v1/card, which has a section for each language. */
export function showCard(page, language) {
  const unstyled = page.replace(/<style[^]*?<\/style>/g, '');  // it looks as this page does
  const card = new DOMParser().parseFromString(unstyled, 'text/html');
  const section = card.getElementById(language) ?? card.body;
  $('card-title').textContent = section.querySelector('h1')?.textContent ?? '';
  $('card-text').replaceChildren(...[...section.childNodes].map(plain).filter((child) => child !== null));
  $('card').showModal();
}

// Texts in the reader's language. Both catalogues have the same keys and placeholders; a test compares them.
import { en } from './texts_en.js';
import { zh } from './texts_zh.js';

const catalogues = { en, zh };
let language = 'en';

export function chosenLanguage() {
  const wanted = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem('language');
  if (wanted in catalogues) return wanted;
  return navigator.languages.find((name) => /^(en|zh)/.test(name))?.slice(0, 2) ?? 'en';
}

export function setLanguage(name) {
  language = name;
  document.documentElement.lang = name === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);
}

/** The text of a key, its {placeholders} filled. */
export function t(key, values = {}) {
  const text = catalogues[language][key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export const isChinese = () => language === 'zh';
export const has = (key) => key in catalogues[language];

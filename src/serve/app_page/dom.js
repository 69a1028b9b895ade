// Elements, numbers and words of the page.

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; texts are texts, never markup. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (key === 'style') Object.assign(made.style, value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** At most four digits that count: 0.1234, 12.35, 1234, 1.2e-5. */
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(2).replace('e+', 'e').replace('-', '−').replace('e-', 'e−');
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/** Behind a sum: "+ 0.5", "− 0.5". */
export const plus = (value) => `${value < 0 ? '−' : '+'} ${short(Math.abs(value))}`;
export function percent(share) {
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  if (share < 1 && share >= 0.9995) return '> 99.9 %';
  return `${(100 * share).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;
}
export const size = (shape) => shape.join(' × ');

/** A bar that grows to the right for positive values, to the left for negative ones. */
export function bar(share, signed = false) {
  const width = Math.min(1, Math.abs(share)) * (signed ? 50 : 100);
  const inner = el('i', { class: share < 0 ? 'minus' : '', style: { width: `${width}%` } });
  if (signed) inner.style.left = share < 0 ? `${50 - width}%` : '50%';
  return el('span', { class: signed ? 'bar signed' : 'bar', 'aria-hidden': 'true' }, inner);
}

/** An element that may be wider than its place: where it is, the keyboard can reach and scroll it. */
const widths = new ResizeObserver((changed) => {
  for (const { target } of changed) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute('tabindex');
  }
});
export function scrolling(element) {
  widths.observe(element);
  return element;
}

/** A table with a caption; cells are texts or elements, numbers stand right. */
export function table(caption, heads, rows, attributes = {}) {
  const cell = (content) =>
    typeof content === 'number' ? el('td', { class: 'number' }, short(content)) : el('td', {}, content ?? '');
  const heading = (head, i) => (head === '' ? el('td') : el('th', { scope: 'col', class: typeof rows[0]?.[i] === 'number' ? 'number' : null }, head));
  return scrolling(el('div', { class: 'wide' },
    el('table', attributes,
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, heads.map(heading))),
      el('tbody', {}, rows.map((row) => el('tr', {}, row.map(cell)))))));
}

export function debounced(ms, call) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), ms);
  };
}

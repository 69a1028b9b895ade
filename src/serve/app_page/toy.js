// A convolution to try: input, filter, stride, and the paddings VALID and SAME.
import { $, el, short } from './dom.js';
import { grid } from './maps.js';
import { t } from './texts.js';

const state = { size: 7, kernel: 3, stride: 2, padding: 'VALID', filter: 'edge', row: 0, column: 0 };
let playing = 0;

/** A bright shape on dark ground, the same at every visit. */
const pixel = (size, row, column) => {
  const middle = (size - 1) / 2;
  return Math.abs(row - middle) + Math.abs(column - middle) <= middle * 0.75 ? 9 : (row * 2 + column) % 3;
};

/** Output size and zeros in front and behind; 0 where the filter does not fit. Padding SAME: TensorFlow's rule. */
export function measures({ size, kernel, stride, padding }) {
  if (padding === 'VALID') return { output: size < kernel ? 0 : Math.floor((size - kernel) / stride) + 1, before: 0, after: 0 };
  const output = Math.ceil(size / stride);
  const zeros = Math.max(0, (output - 1) * stride + kernel - size);
  return { output, before: Math.floor(zeros / 2), after: zeros - Math.floor(zeros / 2) };
}

function weights({ kernel, filter }) {
  const middle = (kernel - 1) / 2;
  const at = (row, column) => ({
    edge: Math.sign(column - middle), flat: Math.sign(row - middle), blur: 1 / (kernel * kernel),
    centre: row === Math.floor(middle) && column === Math.floor(middle) ? 1 : 0 })[filter];
  return Array.from({ length: kernel * kernel }, (_, i) => at(Math.floor(i / kernel), i % kernel));
}

function valueAt(padded, width, row, column) {
  const taps = weights(state);
  const products = taps.map((weight, i) => [padded[(row * state.stride + Math.floor(i / state.kernel)) * width + column * state.stride + (i % state.kernel)], weight]);
  return { products, sum: products.reduce((sum, [x, w]) => sum + x * w, 0) };
}

function choice(key, options, label) {
  const select = el('select', {}, options.map((name) => el('option', { value: name, selected: state[key] === name }, label(name))));
  select.addEventListener('change', () => update({ [key]: select.value }));
  return select;
}

function number(key, least, most) {
  const input = el('input', { type: 'number', min: least, max: most, value: state[key], inputmode: 'numeric' });
  input.addEventListener('input', () => input.value !== '' && input.validity.valid && update({ [key]: Number(input.value) }));
  return input;
}

function update(change) {
  Object.assign(state, change);
  const { output } = measures(state);
  state.row = Math.min(Math.max(0, state.row), Math.max(0, output - 1));
  state.column = Math.min(Math.max(0, state.column), Math.max(0, output - 1));
  draw();
}

function play() {
  const { output } = measures(state);
  if (playing || output === 0) {
    clearInterval(playing);
    playing = 0;
    return draw();
  }
  playing = setInterval(() => {
    const next = state.row * output + state.column + 1;
    update({ row: Math.floor(next / output) % output, column: next % output });
  }, 700);
  return draw();
}

function move(event) {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!step) return;
  event.preventDefault();
  update({ row: state.row + step[0], column: state.column + step[1] });
}

/** Clicked cell of a grid: [row, column]. */
const cellOf = (event) => {
  const cell = event.target.closest('td');
  return cell && [cell.parentElement.rowIndex, cell.cellIndex];
};

function words({ output, before, after }) {
  const values = { input: state.size, kernel: state.kernel, stride: state.stride, output, padding: before + after, before, after };
  if (output === 0) return el('p', { class: 'banner' }, t('toyImpossible', values));
  return el('p', {}, t(state.padding === 'VALID' ? 'toyValid' : 'toySame', values));
}

function figures({ output, before, after }) {
  const width = state.size + before + after;
  const padded = Array.from({ length: width * width }, (_, i) => {
    const row = Math.floor(i / width) - before;
    const column = (i % width) - before;
    return row < 0 || column < 0 || row >= state.size || column >= state.size ? 0 : pixel(state.size, row, column);
  });
  const top = state.row * state.stride;
  const left = state.column * state.stride;
  const inside = (row, column) => output > 0 && row >= top && row < top + state.kernel && column >= left && column < left + state.kernel;
  const zero = (row, column) => row < before || column < before || row >= before + state.size || column >= before + state.size;
  const input = grid(`${t('toyInput')} ${width} × ${width}`, padded, width, { largest: 9, signed: false, mark: (row, column) => [inside(row, column) && 'first', zero(row, column) && 'pad'].filter(Boolean).join(' ') });
  const filter = grid(`${t('kernel')} ${state.kernel} × ${state.kernel}`, weights(state), state.kernel, { signed: true });
  if (output === 0) return { parts: [input, filter] };
  const all = Array.from({ length: output * output }, (_, i) => valueAt(padded, width, Math.floor(i / output), i % output).sum);
  const made = grid(`${t('toyOutput')} ${output} × ${output}`, all, output, { signed: true, mark: (row, column) => (row === state.row && column === state.column ? 'first' : '') });
  const pad = el('div', { class: 'pad', tabindex: 0, role: 'group', id: 'toy-pad', 'aria-label': t('toyWords', { row: state.row, column: state.column }) }, input);
  pad.addEventListener('keydown', move);
  pad.addEventListener('click', (event) => {
    const cell = cellOf(event);
    if (cell) update({ row: Math.floor(cell[0] / state.stride), column: Math.floor(cell[1] / state.stride) });
  });
  made.addEventListener('click', (event) => {
    const cell = cellOf(event);
    if (cell) update({ row: cell[0], column: cell[1] });
  });
  const { products, sum } = valueAt(padded, width, state.row, state.column);
  const terms = products.filter(([, w]) => w !== 0).map(([x, w]) => (w === 1 ? short(x) : `${short(x)} × (${short(w)})`)).join(' + ');
  return { parts: [pad, el('b', {}, '*'), filter, el('b', {}, '='), made], sum: t('toySum', { row: state.row, column: state.column, terms, sum: short(sum) }) };
}

function draw() {
  const focused = document.activeElement?.id === 'toy-pad';
  const sizes = measures(state);
  const { parts, sum } = figures(sizes);
  $('toy-figures').replaceChildren(words(sizes), el('div', { class: 'grids' }, parts), el('p', { class: 'sum', 'aria-live': playing ? 'off' : 'polite' }, sum ?? ''));
  $('toy-play').textContent = t(playing ? 'toyStop' : 'toyPlay');
  if (focused) $('toy-pad')?.focus();
}

export function showToy() {
  const field = (label, input) => el('label', {}, `${label} `, input);
  $('toy').replaceChildren(el('div', { class: 'row' },
    field(t('toySize'), number('size', 3, 12)), field(t('toyKernel'), number('kernel', 1, 7)), field(t('toyStride'), number('stride', 1, 4)),
    field(t('toyPadding'), choice('padding', ['VALID', 'SAME'], (name) => name)),
    field(t('toyFilter'), choice('filter', ['edge', 'flat', 'blur', 'centre'], (name) => t(`filter_${name}`))),
    el('button', { type: 'button', id: 'toy-play', onclick: play })), el('div', { id: 'toy-figures' }));
  draw();
}

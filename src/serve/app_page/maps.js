// Maps of a layer: one grey picture of all of them, coloured here on a scale that is the same for all.
import { el, scrolling, short } from './dom.js';
import { t } from './texts.js';

const kSequential = [[33, 12, 66], [58, 52, 124], [42, 99, 140], [32, 143, 137], [88, 184, 102], [178, 214, 62], [252, 236, 74]];
const kDiverging = [[24, 68, 140], [84, 136, 194], [176, 206, 230], [246, 246, 244], [246, 200, 150], [222, 128, 50], [150, 66, 6]];

/** The colour of a share: 0 to 1, or -1 to 1 where values have signs. */
export function colour(share, signed) {
  const points = signed ? kDiverging : kSequential;
  const place = Math.min(1, Math.max(0, signed ? (share + 1) / 2 : share)) * (points.length - 1);
  const first = Math.min(Math.floor(place), points.length - 2);
  return points[first].map((a, i) => Math.round(a + (points[first + 1][i] - a) * (place - first)));
}

export const css = (share, signed) => `rgb(${colour(share, signed).join(' ')})`;
/** Black or white, whichever is read better on that colour: at least 4.5 to 1 (WCAG 2, relative luminance). */
export function ink(share, signed) {
  const [r, g, b] = colour(share, signed).map((value) => (value <= 10 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff';
}

export function legend(largest, signed, unit = '') {
  const bar = el('canvas', { width: 128, height: 1, class: 'ramp', 'aria-hidden': 'true' });
  const context = bar.getContext('2d');
  for (let x = 0; x < 128; ++x) {
    context.fillStyle = css(signed ? x / 63.5 - 1 : x / 127, signed);
    context.fillRect(x, 0, 1, 1);
  }
  const ends = signed ? [short(-largest), '0', short(largest)] : ['0', short(largest)];
  return el('span', { class: 'legend' }, bar, el('span', { class: 'ends' }, ends.map((end) => el('span', {}, end + unit))));
}

function loaded(source) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = failed;
    image.src = `data:image/png;base64,${source}`;
  });
}

function canvasOf(width, height) {
  return el('canvas', { width, height });
}

/** The pixels that the network read, as maps whose picture is a photo. */
export async function inputMaps(png, shape) {
  const image = await loaded(png);
  const canvas = canvasOf(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  return { canvas, width: image.width, height: image.height, columns: 1, shown: 1, count: shape[0], photo: true };
}

/** The coloured sheet of a layer's maps. */
export async function coloured(maps, count) {
  const image = await loaded(maps.png);
  const canvas = canvasOf(image.width, image.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height);
  const signed = maps.scale === 'signed';
  const levels = Array.from({ length: 32 }, (_, level) => colour(signed ? (level - 16) / 15 : level / 31, signed));
  for (let i = 0; i < pixels.data.length; i += 4) pixels.data.set(levels[Math.round(pixels.data[i] / 8)], i);
  context.putImageData(pixels, 0, 0);
  return { ...maps, canvas, signed, count };
}

/** One map, enlarged, with frames around places: [{top, left, height, width, kind}]. */
export function oneMap(maps, unit, frames, side = 224) {
  const index = maps.photo ? 0 : unit;
  const factor = Math.max(1, Math.floor(side / Math.max(maps.width, maps.height)));
  const canvas = canvasOf(maps.width * factor, maps.height * factor);
  canvas.className = 'map';
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false;
  if (index < maps.shown) {
    context.drawImage(maps.canvas, (index % maps.columns) * maps.width, Math.floor(index / maps.columns) * maps.height,
      maps.width, maps.height, 0, 0, canvas.width, canvas.height);
  }
  for (const frame of frames) {
    const box = [frame.left * factor, frame.top * factor, Math.max(factor, frame.width * factor), Math.max(factor, frame.height * factor)];
    context.lineWidth = 4;
    context.strokeStyle = '#fff';
    context.strokeRect(...box);
    context.lineWidth = 2;
    context.strokeStyle = frame.kind === 'second' ? '#0057b8' : '#d62878';
    context.strokeRect(...box);
  }
  return { canvas, factor };
}

/** All maps of a layer; a click chooses one. */
export function sheet(maps, chosen, words, choose) {
  const gap = maps.width > 1 ? 1 : 0;
  const stepX = maps.width + gap;
  const stepY = maps.height + gap;
  const rows = Math.ceil(maps.shown / maps.columns);
  const factor = Math.max(1, Math.min(Math.floor(640 / (maps.columns * stepX)), Math.floor((maps.width > 1 ? 96 : 20) / stepX)));
  const canvas = canvasOf(maps.columns * stepX * factor, rows * stepY * factor);
  canvas.className = 'sheet';
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', words);
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false;
  const draw = (unit) => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < maps.shown; ++i) {
      const column = i % maps.columns;
      const row = Math.floor(i / maps.columns);
      context.drawImage(maps.canvas, column * maps.width, row * maps.height, maps.width, maps.height,
        column * stepX * factor, row * stepY * factor, maps.width * factor, maps.height * factor);
    }
    const left = (unit % maps.columns) * stepX * factor;
    const top = Math.floor(unit / maps.columns) * stepY * factor;
    const line = maps.width * factor < 12 ? 1 : 3;
    context.lineWidth = line;
    context.strokeStyle = '#d62878';
    context.strokeRect(left + line / 2, top + line / 2, Math.max(4, maps.width * factor) - line, Math.max(4, maps.height * factor) - line);
  };
  draw(chosen);
  canvas.addEventListener('click', (event) => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * canvas.width / factor / stepX);
    const row = Math.floor(((event.clientY - box.top) / box.height) * canvas.height / factor / stepY);
    const unit = row * maps.columns + column;
    if (column < maps.columns && unit < maps.shown) choose(unit);
  });
  return { canvas, draw };
}

/** Numbers in coloured cells: values row by row. `mark(row, column)` gives a class of a cell, `text` whether it is read. */
export function grid(caption, values, width, { largest, signed = values.some((v) => v < 0), text = true, mark = () => '', label = null }) {
  const scale = (largest ?? Math.max(...values.map(Math.abs))) || 1;
  const rows = [];
  for (let row = 0; row * width < values.length; ++row) {
    rows.push(el('tr', {}, values.slice(row * width, (row + 1) * width).map((value, column) =>
      el('td', { class: mark(row, column) || null, style: { background: css(value / scale, signed), color: ink(value / scale, signed) } },
        text ? short(value) : ''))));
  }
  return scrolling(el('figure', { class: text ? 'grid' : 'grid small' },
    el('table', text ? {} : { role: 'img', 'aria-label': label ?? t('gridWords', { caption, least: short(Math.min(...values)), most: short(Math.max(...values)) }) },
      el('caption', {}, caption), el('tbody', {}, rows))));
}

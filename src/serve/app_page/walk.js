// "How it got there": every layer of the network with the numbers of this photo.
import { $, debounced, el, percent, short, size, table } from './dom.js';
import { exampleOf, softmax } from './examples.js';
import { coloured, inputMaps, legend, oneMap, sheet } from './maps.js';
import { t } from './texts.js';
import { towers } from './towers.js';

const kOwnPicture = 96;

/** layer, unit, row and column of the address. */
export function placeInAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  return { layer: given.get('layer'), unit: given.get('unit'), row: given.get('row'), column: given.get('column') };
}

function writeAddress(layer, example) {
  const given = new URLSearchParams({ layer: layer.name, unit: example.unit });
  if ('row' in example) {
    given.set('row', example.row);
    given.set('column', example.column);
  }
  history.replaceState(null, '', `#${given}`);
}

/** What arises how: "96 × (3 × 11 × 11) + 96". */
function parameterWords(layer) {
  if (layer.parameters === 0) return '0';
  const s = layer.settings;
  const bias = (count) => (s.has_bias === false ? '' : ` + ${count}`);
  const all = layer.parameters.toLocaleString(document.documentElement.lang);
  if (layer.kind === 'conv2d') return `${s.filters} × (${layer.input[0] / s.groups} × ${s.kernel} × ${s.kernel})${bias(s.filters)} = ${all}`;
  if (layer.kind === 'dense') return `${s.units} × ${layer.input[0]}${bias(s.units)} = ${all}`;
  return all;
}

function settingWords(layer) {
  const s = layer.settings;
  const words = [];
  if (s.kernel) words.push(t('setKernel', { size: s.kernel, stride: s.stride }));
  if (s.window) words.push(t('setWindow', { size: s.window, stride: s.stride }));
  const p = layer.padding;
  if (p) words.push(p.top + p.left + p.bottom + p.right === 0 ? t('setNoPadding') : t('setPadding', p));
  if (s.groups > 1) words.push(t('setGroups', { groups: s.groups }));
  return words.join(', ');
}

function facts(layer) {
  return el('dl', { class: 'facts' }, [
    [t('sizeIn'), size(layer.input)], [t('sizeOut'), size(layer.output)], [t('settings'), settingWords(layer) || '–'],
    [t('parameters'), parameterWords(layer)], [t('values'), t('valuesWords', { least: short(layer.least), mean: short(layer.mean), largest: short(layer.largest), zeros: percent(layer.zeros) })],
  ].map(([name, words]) => el('div', {}, el('dt', {}, name), el('dd', {}, words))));
}

/** A field for a number of a place. */
function numberField(label, value, most, change) {
  const input = el('input', { type: 'number', min: 0, max: most, value, inputmode: 'numeric' });
  input.addEventListener('input', () => {
    if (input.value !== '' && input.validity.valid) change(Number(input.value));
  });
  return { input, label: el('label', {}, `${label} `, input) };
}

class LayerView {
  constructor(walk, index) {
    this.walk = walk;
    this.index = index;
    this.layer = walk.layers[index];
    this.place = { ...this.layer.example };
    this.ask = debounced(150, () => this.load());
    this.body = el('div', { class: 'body' });
    this.details = el('details', { class: 'layer', id: `layer-${this.layer.name}` },
      el('summary', {}, el('span', { class: 'thumb' }), el('span', {}, el('h3', {}, this.layer.name), el('span', { class: 'soft' }, ` ${t(`kind_${this.layer.kind}`)} · ${size(this.layer.output)}`))),
      this.body);
    this.details.addEventListener('toggle', () => this.details.open && this.draw());
  }

  get maps() { return this.walk.maps[this.index]; }
  get hasMap() { return this.layer.output.length === 3; }

  drawThumb() {
    if (!this.maps) return;
    const { canvas } = oneMap(this.maps, this.layer.strongest.unit, [], this.maps.width > 1 ? kOwnPicture : 1);
    const thumb = this.maps.width > 1 ? canvas : this.maps.canvas;
    thumb.setAttribute('aria-hidden', 'true');
    this.details.querySelector('.thumb').replaceChildren(thumb);
  }

  draw() {
    if (this.body.childElementCount > 0) return;
    this.body.append(el('p', {}, t(`what_${this.layer.kind}`)), facts(this.layer));
    if (this.maps && !this.maps.photo) this.drawSheet();
    this.drawFields();
    this.example = el('div', { class: 'example' });
    this.body.append(this.example);
    this.showExample(this.layer.example);
  }

  drawSheet() {
    const maps = this.maps;
    const left = this.layer.output[0] - maps.shown;
    const key = this.hasMap ? 'mapsWords' : 'unitsWords';
    const words = t(key, { count: this.layer.output[0], strongest: this.layer.strongest.unit, largest: short(this.layer.largest) });
    this.sheet = sheet(maps, this.place.unit, words, (unit) => this.move({ unit }));
    this.body.append(el('figure', { class: 'sheet-figure' }, this.sheet.canvas, el('figcaption', {}, words, ' ', left > 0 ? t('mapsLeft', { count: left }) : '', legend(maps.largest, maps.signed))));
  }

  drawFields() {
    const [count, height, width] = this.layer.output;
    this.fields = { unit: numberField(this.hasMap ? t('map') : t('unit'), this.place.unit, count - 1, (unit) => this.move({ unit })) };
    if (this.hasMap) {
      this.fields.row = numberField(t('row'), this.place.row, height - 1, (row) => this.move({ row }));
      this.fields.column = numberField(t('column'), this.place.column, width - 1, (column) => this.move({ column }));
    }
    this.own = el('div', { class: 'own' });
    this.read = el('div');
    this.body.append(el('h4', {}, t('oneValue')), el('div', { class: 'row' }, Object.values(this.fields).map((field) => field.label)), el('div', { class: 'pair' }, this.own, this.read));
  }

  /** The map with its place, which arrow keys and a click or finger move. */
  drawOwn() {
    if (!this.maps || this.maps.photo || !this.hasMap) return;
    const { canvas, factor } = oneMap(this.maps, this.place.unit, [{ top: this.place.row, left: this.place.column, height: 1, width: 1 }]);
    const focused = this.own.contains(document.activeElement);
    const pad = el('div', { class: 'pad', tabindex: 0, role: 'group', 'aria-roledescription': t('map'), 'aria-label': t('padWords', { number: this.place.unit, row: this.place.row, column: this.place.column }) }, canvas);
    canvas.setAttribute('aria-hidden', 'true');
    pad.addEventListener('click', (event) => {
      const box = canvas.getBoundingClientRect();
      this.move({ row: Math.floor(((event.clientY - box.top) / box.height) * canvas.height / factor), column: Math.floor(((event.clientX - box.left) / box.width) * canvas.width / factor) });
    });
    pad.addEventListener('keydown', (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      this.move({ row: this.place.row + step[0], column: this.place.column + step[1] });
    });
    this.own.replaceChildren(pad, el('p', { class: 'soft' }, t('padNote')));
    if (focused) pad.focus();
  }

  move(change) {
    const [count, height, width] = this.layer.output;
    const within = (value, most) => Math.min(most - 1, Math.max(0, value));
    this.place = { ...this.place, ...change };
    this.place.unit = within(this.place.unit, count);
    if (this.hasMap) {
      this.place.row = within(this.place.row, height);
      this.place.column = within(this.place.column, width);
    }
    for (const [name, field] of Object.entries(this.fields)) if (document.activeElement !== field.input) field.input.value = this.place[name];
    this.sheet?.draw(this.place.unit);
    this.drawOwn();
    this.ask();
  }

  async load() {
    const wanted = { layer: this.layer.name, maps: 0, unit: this.place.unit };
    if (this.hasMap) Object.assign(wanted, { row: this.place.row, column: this.place.column });
    const asked = this.walk.photo;
    const answer = await this.walk.fetch(wanted).catch((error) => this.walk.trouble(error));
    if (!answer || this.walk.photo !== asked) return;
    const { example } = answer.walk.layers[0];
    if (example.unit !== this.place.unit || (this.hasMap && (example.row !== this.place.row || example.column !== this.place.column))) return;
    writeAddress(this.layer, example);
    this.showExample(example);
    $('said').textContent = t('saidValue', { layer: this.layer.name, value: short(example.output) });
  }

  showExample(example) {
    this.place = { ...example };
    this.layer.example = example;
    this.drawOwn();
    let before = this.index - 1;
    while (before >= 0 && !this.walk.maps[before]) --before;
    const sameShape = before < 0 || this.layer.input.join() === (before < 0 ? '' : this.walk.layers[before].output.join()) ? before : null;
    const firstReader = this.walk.layers.slice(0, this.index).every((layer) => layer.kind === 'normalize');
    const context = {
      before: firstReader ? this.walk.input : sameShape === null || before < 0 ? null : this.walk.maps[before],
      maps: this.maps, inputShape: this.layer.input, channels: this.layer.input[0], firstReader,
      reversed: this.walk.layers[0].settings.order === 'bgr',
      beforeName: this.walk.layers[this.index - 1]?.name ?? '',
      classes: this.index === this.walk.layers.length - 1 ? this.walk.classes : null,
    };
    const parts = exampleOf(this.layer, context);
    const read = parts.find((part) => part.className === 'read');
    this.read.replaceChildren(...(read ? [read] : []));
    this.example.replaceChildren(...parts.filter((part) => part !== read),
      el('p', { class: 'sum' }, el('strong', {}, t('networkSays', { layer: this.layer.name, value: short(example.output) }))));
  }
}

/** `ask(parameters)` gives the document alexnet.walk for `photo`. */
export async function showWalk(document_, { photo, ask, classes, trouble, isCurrent }) {
  const { walk } = document_;
  const state = { layers: walk.layers, maps: [], photo, fetch: ask, classes, trouble };
  state.input = await inputMaps(walk.input.png, walk.input.shape);
  state.maps = await Promise.all(walk.layers.map((layer) => (layer.maps ? coloured(layer.maps, layer.output[0]) : null)));
  if (!isCurrent()) return;
  const input = el('details', { class: 'layer' }, el('summary', {}, el('span', { class: 'thumb' }, oneMap(state.input, 0, [], kOwnPicture).canvas),
    el('span', {}, el('h3', {}, t('input')), el('span', { class: 'soft' }, ` ${size(walk.input.shape)}`))),
  el('div', { class: 'body' }, el('p', {}, t('what_input', { width: walk.input.photo.width, height: walk.input.photo.height, size: `${walk.input.shape[2]} × ${walk.input.shape[1]}` })), oneMap(state.input, 0, []).canvas));
  const views = walk.layers.map((_, index) => new LayerView(state, index));
  const end = el('details', { class: 'layer', id: 'layer-softmax' }, el('summary', {}, el('span', { class: 'thumb' }), el('span', {}, el('h3', {}, t(walk.answer.output === 'probabilities' ? 'softmax' : 'scores')))),
    el('div', { class: 'body' }, el('p', {}, t('what_softmax')), ...softmax(walk.answer)));
  $('layers').replaceChildren(overview(walk), ...towers(walk.layers), input, ...views.map((view) => view.details), end);
  for (const view of views) view.drawThumb();
  $('walk').hidden = false;
  openFromAddress(views);
}

function overview(walk) {
  return el('details', {}, el('summary', {}, t('overview')), table(t('overviewNote'), [t('layer'), t('kind'), t('sizeOut'), t('parameters'), t('zeros')],
    walk.layers.map((layer) => [layer.name, t(`kind_${layer.kind}`), size(layer.output), parameterWords(layer), percent(layer.zeros)])));
}

function openFromAddress(views) {
  const place = placeInAddress();
  const view = views.find((one) => one.layer.name === place.layer) ?? views.find((one) => one.layer.kind === 'conv2d') ?? views[0];
  view.details.open = true;
  view.draw();
  if (view.layer.name !== place.layer || place.unit === null) return;
  view.move(Object.fromEntries(['unit', 'row', 'column'].filter((key) => place[key] !== null).map((key) => [key, Number(place[key]) || 0])));
  view.details.scrollIntoView();
}

// One value of a layer, computed before the reader's eyes. Each function gives the elements for its kind of layer.
import { bar, el, percent, plus, short, table } from './dom.js';
import { grid, oneMap } from './maps.js';
import { t } from './texts.js';

const line = (text) => el('p', { class: 'sum' }, text);
const figure = (canvas, words, kind = null) => {
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', words);
  return el('figure', { class: kind }, canvas, el('figcaption', {}, words));
};

/** The map that a window reads, with its frame. */
function readMap(before, unit, frames, words) {
  return before ? figure(oneMap(before, unit, frames).canvas, words, 'read') : null;
}

const kColours = ['red', 'green', 'blue'];
function channelName(context, channel) {
  const colours = context.firstReader && context.channels === 3;
  return colours ? t(kColours[context.reversed ? 2 - channel : channel]) : t('mapNumber', { number: channel });
}

// --- convolution ---

function channelGrids(context, example, channel) {
  const side = example.window.size;
  const products = channel.inputs.map((x, i) => x * channel.weights[i]);
  const text = side <= 5;
  const name = channelName(context, channel.channel);
  const outside = (row, column) => {
    const y = example.window.top + row;
    const x = example.window.left + column;
    return y < 0 || x < 0 || y >= context.inputShape[1] || x >= context.inputShape[2] ? 'pad' : '';
  };
  return el('div', { class: 'channel' }, el('h5', {}, name),
    el('div', { class: 'grids' },
      grid(t('window'), channel.inputs, side, { text, mark: outside }), el('b', {}, '×'),
      grid(t('kernel'), channel.weights, side, { text, signed: true }), el('b', {}, '='),
      grid(t('products'), products, side, { text, signed: true })),
    line(t('sumOfProducts', { count: side * side, sum: short(channel.sum) })));
}

function sumRows(example, context) {
  const all = [...example.channels, ...example.more];
  const largest = Math.max(...all.map((one) => Math.abs(one.sum)), Math.abs(example.others.sum), Math.abs(example.bias), 1e-12);
  const rows = all.map((one) => [channelName(context, one.channel), one.sum, bar(one.sum / largest, true)]);
  if (example.others.count > 0) rows.push([t('andOthers', { count: example.others.count }), example.others.sum, bar(example.others.sum / largest, true)]);
  rows.push([t('bias'), example.bias, bar(example.bias / largest, true)]);
  rows.push([el('strong', {}, t('result')), example.result, bar(example.result / largest, true)]);
  return table(t('channelSums', { count: example.reads.count }), [t('from'), t('value'), ''], rows);
}

function allProducts(example, context) {
  const rows = example.channels.flatMap((channel) => channel.inputs.map((x, i) => [
    `${channelName(context, channel.channel)} ${Math.floor(i / example.window.size)}, ${i % example.window.size}`,
    x, channel.weights[i], x * channel.weights[i]]));
  const details = el('details', {}, el('summary', {}, t('allProducts', { count: rows.length, all: example.products })));
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) {
      details.append(table(t('products'), [t('place'), t('window'), t('kernel'), t('product')], rows));
    }
  });
  return details;
}

function convolution(layer, example, context) {
  const strongest = example.channels[0].channel;
  const frame = { ...example.window, height: example.window.size, width: example.window.size };
  const towers = layer.settings.groups > 1
    ? line(t('towers', { groups: layer.settings.groups, group: example.group + 1, first: example.reads.first, last: example.reads.first + example.reads.count - 1 }))
    : null;
  return [towers,
    readMap(context.before, strongest, [frame], t('windowOn', { map: context.before?.photo ? t('photoRead') : t('mapNumber', { number: strongest }), row: example.window.top, column: example.window.left })),
    line(t('productsCount', { side: example.window.size, channels: example.reads.count, products: example.products })),
    el('div', { class: 'channels' }, example.channels.map((channel) => channelGrids(context, example, channel))),
    sumRows(example, context), allProducts(example, context)];
}

// --- values one by one ---

function pointwise(layer, example, context) {
  const parts = [line(t(`do_${layer.kind}`, { before: short(example.before), after: short(example.result), rate: percent(layer.settings.rate ?? 0) }))];
  if (context.before && context.maps && !context.before.photo && layer.output.length === 3) {
    const frame = { top: example.row, left: example.column, height: 1, width: 1 };
    parts.push(figure(oneMap(context.before, example.unit, [frame]).canvas, t('before'), 'read'));
  }
  if (example.region) {
    const mark = (row, column) => (row + example.region.top === example.row && column + example.region.left === example.column ? 'here' : '');
    const largest = Math.max(...example.region.before.map(Math.abs));
    parts.push(el('div', { class: 'grids' },
      grid(t('before'), example.region.before, example.region.width, { mark, largest, signed: true }), el('b', {}, '→'),
      grid(t('after'), example.region.after, example.region.width, { mark, largest, signed: true })));
    parts.push(line(t('zerosHere', { map: percent(example.map_zeros), layer: percent(layer.zeros) })));
  }
  return parts;
}

function batchNorm(layer, example) {
  return [line(t('do_batch_norm', {
    before: short(example.before), mean: short(example.mean), variance: short(example.variance), epsilon: short(example.epsilon),
    weight: short(example.weight), bias: plus(example.bias), after: short(example.result) }))];
}

function normalize(layer, example, context) {
  return [readMap(context.before, 0, [{ top: example.row, left: example.column, height: 1, width: 1 }], t('photoRead')),
    table(t('do_normalize'), [t('channel'), t('pixel'), t('scale'), t('mean'), t('deviation'), t('result')],
      example.channels.map((one) => [example.channels.length === 3 ? t(kColours[one.source]) : String(one.channel),
        one.pixel, one.scale, one.mean, one.deviation, one.result]))];
}

// --- windows of a map ---

function poolWindows(layer, example, context) {
  const [first, second] = example.windows;
  const region = example.region;
  const inside = (window, row, column) => window && row >= window.top && row < window.top + window.height && column >= window.left && column < window.left + window.width;
  const isKept = (window, row, column) => window?.at?.row === row && window.at.column === column;
  const mark = (row, column) => {
    const y = region.top + row;
    const x = region.left + column;
    return [inside(first, y, x) && 'first', inside(second, y, x) && 'second', (isKept(first, y, x) || isKept(second, y, x)) && 'kept'].filter(Boolean).join(' ');
  };
  return [
    readMap(context.before, example.unit, [second && { ...second, kind: 'second' }, first].filter(Boolean), t('twoWindows')),
    grid(t('windowsValues'), region.values, region.width, { mark })];
}

function maxPool(layer, example, context) {
  const [first, second] = example.windows;
  const parts = [...poolWindows(layer, example, context), line(t('keptFirst', { value: short(first.kept), row: first.at.row, column: first.at.column }))];
  if (second) {
    parts.push(line(t('keptSecond', { value: short(second.kept) })));
    const shared = layer.settings.window - layer.settings.stride;
    parts.push(line(shared > 0 ? t('shared', { count: shared, size: layer.settings.window }) : t('notShared')));
  }
  if (example.without_overlap) {
    parts.push(line(t('withoutOverlap', { size: example.without_overlap.size, value: short(example.without_overlap.kept) })));
  }
  return parts;
}

function avgPool(layer, example, context) {
  const [first, second] = example.windows;
  const words = (window) => t('averaged', { sum: short(window.sum), divisor: window.divisor, value: short(window.kept) });
  return [...poolWindows(layer, example, context), line(words(first)), second ? line(words(second)) : null];
}

// --- local response normalisation ---

function lrn(layer, example, context) {
  const parts = [];
  if (example.neighbours) {
    const largest = Math.max(...example.neighbours.map((one) => one.square), 1e-12);
    parts.push(table(t('neighbours', { count: example.neighbours.length }), [t('channel'), t('value'), t('square'), ''],
      example.neighbours.map((one) => [one.channel === example.unit ? el('strong', {}, t('thisMap', { number: one.channel })) : t('mapNumber', { number: one.channel }),
        one.value, one.square, bar(one.square / largest)])));
  } else {
    parts.push(readMap(context.before, example.unit, [example.region], t('window')), grid(t('window'), example.region.values, example.region.width, {}));
  }
  parts.push(line(t('sumOfSquares', { sum: short(example.sum) })));
  parts.push(line(t(example.alpha_divided ? 'alphaDivided' : 'alphaWhole', { alpha: short(example.alpha), coefficient: short(example.coefficient) })));
  parts.push(line(`(${short(example.k)} + ${short(example.coefficient)} × ${short(example.sum)})^${short(example.beta)} = ${short(example.base)}^${short(example.beta)} = ${short(example.divisor)}`));
  parts.push(line(`${short(example.before)} / ${short(example.divisor)} = ${short(example.result)}`));
  return parts;
}

// --- fully connected layers ---

function inputName(term, context) {
  return term.from ? t('mapPlace', { number: term.from.unit, row: term.from.row, column: term.from.column }) : t('unitNumber', { number: term.input, layer: context.beforeName });
}

function dense(layer, example, context) {
  const name = context.classes?.[example.unit];
  const terms = [...example.positive, ...example.negative];
  const largest = Math.max(...terms.map((one) => Math.abs(one.product)), 1e-12);
  const rows = terms.map((one) => [inputName(one, context), one.value, one.weight, one.product, bar(one.product / largest, true)]);
  if (example.others.count > 0) rows.push([t('andOthers', { count: example.others.count }), '', '', example.others.sum, '']);
  rows.push([t('bias'), '', '', example.bias, '']);
  rows.push([el('strong', {}, name ? t('scoreOf', { name }) : t('result')), '', '', example.result, '']);
  return [line(t('denseCount', { inputs: example.inputs })),
    table(t('contributions'), [t('from'), t('value'), t('weight'), t('product'), ''], rows)];
}

function flatten(layer, example) {
  return [example.from ? line(t('do_flatten', { number: example.input, unit: example.from.unit, row: example.from.row, column: example.from.column })) : null];
}

const kinds = { conv2d: convolution, locally_connected2d: convolution, max_pool2d: maxPool, avg_pool2d: avgPool, lrn, batch_norm: batchNorm,
                normalize, dense, flatten, relu: pointwise, tanh: pointwise, sigmoid: pointwise, dropout: pointwise };

/** `context`: before and maps (of maps.js, or null), inputShape, classes of the last layer. */
export function exampleOf(layer, context) {
  return kinds[layer.kind](layer, layer.example, context).filter(Boolean);
}

/** Every score, exp, the sum and the division. */
export function softmax(answer) {
  if (answer.output !== 'probabilities') {
    return [line(t('hingeAnswer')), table(t('scores'), [t('class'), t('score')], answer.classes.map((one) => [one.name, one.score]))];
  }
  const rows = answer.classes.map((one) => [one.name, one.score, one.exp, percent(one.probability), bar(one.probability)]);
  if (answer.others.count > 0) rows.push([t('andOthers', { count: answer.others.count }), '', answer.others.exp, percent(answer.others.exp / answer.sum), bar(answer.others.exp / answer.sum)]);
  const [first, second] = answer.classes;
  return [
    line(t('expRule', { largest: short(answer.largest), temperature: short(answer.temperature) })),
    table(t('softmaxTable'), [t('class'), t('score'), 'exp', t('probability'), ''], rows),
    line(t('expSum', { sum: short(answer.sum) })),
    line(`${first.name}: ${short(first.exp)} / ${short(answer.sum)} = ${short(first.probability)}`),
    second ? line(t('runnerUp', { name: second.name, division: `${short(second.exp)} / ${short(answer.sum)} = ${short(second.probability)}` })) : null,
  ].filter(Boolean);
}

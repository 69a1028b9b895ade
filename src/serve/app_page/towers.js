// The towers of a network with groups, drawn: which maps each layer reads.
import { el } from './dom.js';
import { t } from './texts.js';

const kSpace = document.createRange().createContextualFragment('<svg></svg>').firstChild.namespaceURI;
const kDrawn = ['conv2d', 'locally_connected2d', 'dense'];  // those that read several maps at once
const kWide = 300, kHigh = 26, kGap = 30, kBetween = 16;

function shape(name, attributes, text = '') {
  const made = document.createElementNS(kSpace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

/** Left edges and width of a layer's boxes. */
function boxes(groups) {
  const width = (kWide - kBetween * (groups - 1)) / groups;
  return Array.from({ length: groups }, (_, i) => ({ left: i * (width + kBetween), width }));
}

/** Middles of both ends of the lines into a layer: a tower reads its own part of the maps before, one without groups all. */
function lines(before, groups) {
  const from = boxes(Math.max(before, groups)), to = boxes(groups);
  const middle = (box) => box.left + box.width / 2;
  if (groups > 1) return to.map((box, i) => [middle(from[Math.floor(i * from.length / groups)]), middle(box)]);
  return boxes(before).map((box) => [middle(box), kWide / 2]);
}

/** A figure, or nothing for a network without groups. */
export function towers(layers) {
  const steps = layers.filter((layer) => kDrawn.includes(layer.kind))
    .map((layer) => ({ name: layer.name, groups: layer.settings.groups ?? 1 }));
  const split = steps.filter((step) => step.groups > 1);
  if (split.length === 0) return [];
  const height = steps.length * (kHigh + kGap) - kGap;
  const words = t('towersWords', { names: split.map((step) => `${step.name} (${step.groups})`).join(', '),
                                   whole: steps.filter((step) => step.groups === 1).map((step) => step.name).join(', ') });
  const picture = shape('svg', { viewBox: `-2 -2 ${kWide + 4} ${height + 4}`, role: 'img', 'aria-label': words, class: 'towers' });
  steps.forEach((step, i) => {
    const top = i * (kHigh + kGap);
    if (i > 0) {
      for (const [x1, x2] of lines(steps[i - 1].groups, step.groups)) {
        picture.append(shape('line', { x1, x2, y1: top - kGap, y2: top }));
      }
    }
    boxes(step.groups).forEach(({ left, width }, part) => {
      picture.append(shape('rect', { x: left, y: top, width, height: kHigh, rx: 4 }),
        shape('text', { x: left + width / 2, y: top + kHigh / 2 + 5 }, step.groups > 1 ? `${step.name}, ${t('tower', { number: part + 1 })}` : step.name));
    });
  });
  return [el('figure', { class: 'card' }, picture, el('figcaption', {}, words))];
}

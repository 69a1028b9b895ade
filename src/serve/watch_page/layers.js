// How long each layer's weights and gradient are, epoch by epoch: a small curve on its own scale, and the latest number.

const kWidth = 180;
const kHeight = 28;
const kMargin = 3;

const significant = (value) => (value === null || value === undefined ? '–' : value.toPrecision(3));

/** A curve from the least to the largest value; `label` is what it says to those who do not see it. */
function curve(values, label) {
  const known = values.map((value, i) => [i, value]).filter(([, value]) => value !== null);
  const least = Math.min(...known.map(([, value]) => value));
  const range = Math.max(...known.map(([, value]) => value)) - least || 1;
  const points = known.map(([i, value]) => [
    kMargin + (i * (kWidth - 2 * kMargin)) / Math.max(1, values.length - 1),
    kHeight - kMargin - ((value - least) * (kHeight - 2 * kMargin)) / range,
  ].map((place) => place.toFixed(1)));
  const [x, y] = points.at(-1) ?? [-kMargin, -kMargin];
  const made = document.createElement('template');
  made.innerHTML = `<svg viewBox="0 0 ${kWidth} ${kHeight}" class="curve" role="img">
    <polyline points="${points.join(' ')}"/><circle cx="${x}" cy="${y}" r="${kMargin}"/></svg>`;
  const svg = made.content.firstElementChild;
  svg.setAttribute('aria-label', label);
  return svg;
}

/** Rows of the table, of `layers[].{name, weight_norm[], gradient_norm[]}`. */
export function layerRows(layers, t) {
  return layers.map((layer) => {
    const row = document.createElement('tr');
    row.insertCell().textContent = layer.name;
    for (const key of ['weight_norm', 'gradient_norm']) {
      const known = layer[key].filter((value) => value !== null);
      const cell = row.insertCell();
      cell.append(curve(layer[key], t('from_to', { from: significant(known[0]), to: significant(known.at(-1)) })));
      const latest = row.insertCell();
      latest.className = 'number';
      latest.textContent = significant(known.at(-1));
    }
    return row;
  });
}

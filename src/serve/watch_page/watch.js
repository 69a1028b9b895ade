import { layerRows } from './layers.js';
import { texts, translator } from './texts.js';

const kPollMs = 2000;
const $ = (id) => document.getElementById(id);
const token = document.querySelector('meta[name=alexnet-token]').content;

const state = {
  language: localStorage.getItem('language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  runs: [],
  chosen: new Set(new URLSearchParams(location.hash.slice(1)).getAll('run')),
  sort: { key: 'changed', down: true },
  readAt: null,
  details: new Map(), // id -> {changed, document}
};
let t = translator(state.language);

// --- words ---

const percent = (value) => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
const decimals = (value, digits) => (value === null ? '–' : value.toFixed(digits));

function duration(seconds) {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function element(name, text = '', attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function number(text, attributes = {}) {
  return element('td', text, { class: 'number', ...attributes });
}

// --- the table of runs ---

const columns = [
  { key: 'run', of: (run) => run.id },
  { key: 'state', of: (run) => t(run.state) },
  { key: 'epoch', of: (run) => run.epoch, number: true, text: (run) => `${run.epoch}/${run.epochs}` },
  { key: 'best', of: (run) => run.best?.val_top1 ?? null, number: true, text: (run) => percent(run.best?.val_top1 ?? null) },
  { key: 'test', of: (run) => run.test_top1, number: true, text: (run) => percent(run.test_top1) },
  { key: 'left', of: (run) => run.seconds_left, number: true, text: (run) => duration(run.seconds_left) },
  { key: 'speed', of: (run) => run.photos_per_second, number: true, text: (run) => decimals(run.photos_per_second, 0) },
  { key: 'settings', of: (run) => settings(run) },
];

function settings(run) {
  return [run.network, ...Object.entries(run.differences).map(([key, value]) => `${key} ${value}`)].join(', ');
}

/** Numbers as numbers, texts as texts, what is not known last. */
function compare(a, b) {
  if (a === null || b === null) return (a === null) - (b === null);
  const order = typeof a === 'number' ? a - b : String(a).localeCompare(String(b), state.language);
  return state.sort.down ? -order : order;
}

function sortedRuns() {
  const words = $('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
  const value = state.sort.key === 'changed' ? (run) => run.changed : columns.find((c) => c.key === state.sort.key).of;
  return state.runs
    .filter((run) => words.every((word) => `${run.id} ${t(run.state)} ${run.data} ${run.note} ${settings(run)}`.toLowerCase().includes(word)))
    .sort((a, b) => compare(value(a), value(b)));
}

function drawHead() {
  const row = element('tr');
  row.append(element('td'));
  for (const column of columns) {
    const head = element('th', '', { scope: 'col', class: column.number ? 'number' : '' });
    if (state.sort.key === column.key) head.setAttribute('aria-sort', state.sort.down ? 'descending' : 'ascending');
    const button = element('button', t(column.key), { type: 'button' });
    button.addEventListener('click', () => {
      state.sort = { key: column.key, down: state.sort.key === column.key ? !state.sort.down : Boolean(column.number) };
      drawTable();
      $('runs').querySelector('th[aria-sort] button').focus();
    });
    head.append(button);
    row.append(head);
  }
  $('runs').tHead.replaceChildren(row);
}

const messageOf = (run) => (run.state === 'silent' ? t('silentNote') : run.message);

function drawRow(run) {
  const row = element('tr');
  const box = element('input', '', { type: 'checkbox', 'aria-label': t('pick', { run: run.id }), 'data-run': run.id });
  box.checked = state.chosen.has(run.id);
  box.addEventListener('change', () => choose(run.id, box.checked));
  const pick = element('td');
  pick.append(box);
  row.append(pick);
  for (const column of columns) {
    const text = column.text ? column.text(run) : column.of(run);
    const cell = column.number ? number(text) : element('td', text);
    if (column.key === 'run') cell.className = 'name';
    if (column.key === 'state') cell.className = `state-${run.state}`;
    row.append(cell);
  }
  for (const text of [run.note, messageOf(run)].filter(Boolean)) row.cells[1].append(element('span', text, { class: 'note' }));
  return row;
}

function drawTable() {
  const focused = document.activeElement?.dataset?.run;
  drawHead();
  $('runs').tBodies[0].replaceChildren(...sortedRuns().map(drawRow));
  $('no-runs').hidden = state.runs.length > 0;
  if (focused !== undefined) $('runs').querySelector(`[data-run="${CSS.escape(focused)}"]`)?.focus();
}

function choose(id, is) {
  if (is) state.chosen.add(id);
  else state.chosen.delete(id);
  const parameters = new URLSearchParams();
  for (const run of state.chosen) parameters.append('run', run);
  history.replaceState(null, '', `#${parameters}`);
  refresh();
}

const chosenRuns = () => state.runs.filter((run) => state.chosen.has(run.id));

// --- the chart ---

/** In steps, so that a window that is made wider does not ask for a chart at each pixel. */
const chartWidth = () => Math.min(1100, Math.max(340, 40 * Math.floor(document.querySelector('main').clientWidth / 40)));

function drawChart() {
  const runs = chosenRuns();
  $('chart').hidden = runs.length === 0;
  $('no-chart').hidden = runs.length > 0;
  $('smooth-value').textContent = Number($('smooth').value) === 0 ? t('off') : $('smooth').value;
  if (runs.length === 0) return;
  const parameters = new URLSearchParams({ y: $('y').value, x: $('x').value, smooth: $('smooth').value, width: chartWidth() });
  for (const run of runs) parameters.append('run', run.id);
  parameters.append('changed', Math.max(...runs.map((run) => run.changed))); // drawn anew when there is more
  const address = `v1/chart.svg?${parameters}`;
  if ($('chart').getAttribute('src') !== address) $('chart').src = address;
  $('chart').alt = t('chart', { value: t(`y.${$('y').value}`), runs: runs.map((run) => run.id).join(', '), over: t(`x.${$('x').value}`) });
}

// --- one run ---

async function detailsOf(run) {
  const known = state.details.get(run.id);
  if (known?.changed === run.changed && known.state === run.state) return known.document;
  const response = await fetch(`v1/runs/${encodeURIComponent(run.id)}`);
  if (!response.ok) throw new Error(String(response.status));
  const document = await response.json();
  state.details.set(run.id, { changed: run.changed, state: run.state, document });
  return document;
}

async function ask(run, action, epochs) {
  const response = await fetch(`v1/runs/${encodeURIComponent(run.id)}/control`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Alexnet-Token': token }, body: JSON.stringify({ schema: 'alexnet.control', version: 1, action, epochs }),
  });
  $('asked').textContent = response.ok ? t('asked') : t('refused', { reason: (await response.json()).error.message });
}

function drawButtons(run, details) {
  const bar = $('buttons');
  const shown = `${run.id} ${run.state} ${state.language}`;
  if (bar.dataset.shown === shown) return; // what is being typed stays
  bar.dataset.shown = shown;
  bar.replaceChildren();
  $('asked').textContent = '';
  if (run.state !== 'running') {
    if (run.state !== 'done') bar.append(element('p', t('resume', { command: `alexnet train --resume '${details.folder}'` })));
    return;
  }
  if (token === '') return; // read-only
  for (const action of ['checkpoint', 'stop_after_epoch', 'stop']) {
    const button = element('button', t(action), { type: 'button' });
    button.addEventListener('click', () => ask(run, action));
    bar.append(button);
  }
  const form = element('form', '', { class: 'controls' });
  const label = element('label', `${t('epochs_to')} `);
  const input = element('input', '', { type: 'number', min: Math.max(1, run.epoch), value: run.epochs, required: '' });
  label.append(input);
  form.append(label, element('button', t('set')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask(run, 'epochs', Number(input.value));
  });
  bar.append(form);
}

function drawFilters(run, details) {
  const slider = $('filter-epoch');
  const epochs = details.filters;
  $('filters').hidden = epochs.length === 0;
  if (epochs.length === 0) return;
  const atEnd = slider.dataset.run !== run.id || Number(slider.value) >= Number(slider.max);
  slider.dataset.run = run.id;
  slider.max = epochs.length - 1;
  if (atEnd) slider.value = slider.max;
  const epoch = epochs[Number(slider.value)];
  $('filters-title').textContent = t('filters', { epoch });
  slider.setAttribute('aria-valuetext', t('filters', { epoch }));
  $('filter-picture').src = `v1/runs/${encodeURIComponent(run.id)}/filters/${epoch}`;
  $('filter-picture').alt = t('filters', { epoch });
}

function drawEpochs(details) {
  const keys = ['train_loss', 'train_top1', 'val_loss', 'val_top1', 'val_top5', 'rate', 'photos_per_second', 'wait_share'];
  const head = element('tr');
  head.append(element('th', t('epoch'), { scope: 'col', class: 'number' }));
  for (const key of keys) head.append(element('th', t(`y.${key}`), { scope: 'col', class: 'number' }));
  head.append(element('th', t('seconds'), { scope: 'col', class: 'number' }));
  $('epochs').tHead.replaceChildren(head);
  const cell = { rate: (v) => v.toPrecision(3), photos_per_second: (v) => decimals(v, 0) };
  const text = (key, v) => (cell[key] ?? (key.endsWith('loss') ? (x) => decimals(x, 4) : percent))(v);
  $('epochs').tBodies[0].replaceChildren(...details.epochs.toReversed().map((epoch) => {
    const row = element('tr', '', { class: epoch.best ? 'best' : '' });
    row.append(number(epoch.epoch), ...keys.map((key) => number(text(key, epoch[key]))), number(decimals(epoch.seconds, 1)));
    return row;
  }));
}

function drawWrong(details) {
  $('wrong-part').hidden = details.wrong.length === 0;
  $('wrong-title').textContent = details.run.result ? t('wrong', { part: details.run.result.part }) : t('wrongNow');
  const share = (value) => (value >= 0 && value <= 1 ? percent(value) : decimals(value, 2)); // a score where it is none
  tableOf($('wrong'), [t('photo'), t('class'), t('predicted'), t('value')], details.wrong.map((photo) => {
    const row = element('tr');
    row.append(element('td', photo.file), element('td', photo.class), element('td', photo.predicted), number(share(photo.value)));
    return row;
  }));
}

function drawLayers(details) {
  $('layers-part').hidden = details.layers.length === 0;
  const heads = ['layer', 'weight_norm', 'latest', 'gradient_norm', 'latest'].map((key) => t(key));
  tableOf($('layers'), heads, layerRows(details.layers, t));
}

function drawNote(run) {
  $('note-form').hidden = token === '';
  const input = $('note');
  if (input.dataset.run === run.id) return; // what is being typed stays
  input.dataset.run = run.id;
  input.value = run.note;
}

async function saveNote(event) {
  event.preventDefault();
  const response = await fetch(`v1/runs/${encodeURIComponent($('note').dataset.run)}/note`, {
    method: 'POST', headers: { 'Content-Type': 'text/plain', 'X-Alexnet-Token': token }, body: $('note').value,
  });
  $('asked').textContent = response.ok ? t('noteSaved') : t('refused', { reason: (await response.json()).error.message });
}

async function drawOne(run) {
  const details = await detailsOf(run);
  $('one-title').textContent = run.id;
  drawButtons(run, details);
  drawFilters(run, details);
  drawEpochs(details);
  drawWrong(details);
  drawLayers(details);
  drawNote(run);
  $('message').textContent = messageOf(run);
  $('message').hidden = messageOf(run) === '';
  $('log').textContent = details.log.join('\n');
}

// --- two runs ---

function tableOf(table, heads, rows) {
  const head = element('tr');
  head.append(...heads.map((text, i) => element('th', text, { scope: 'col', class: rows[0]?.cells[i].className ?? '' })));
  table.tHead.replaceChildren(...(rows.length > 0 ? [head] : []));
  table.tBodies[0].replaceChildren(...rows);
}

function settingRows(a, b) {
  const facts = (d) => [['network', d.run.network.name], ['data', `${d.run.data.name} ${d.run.data.fingerprint.slice(0, 12)}`],
                        [t('program'), d.run.program_version], ...Object.entries(d.recipe).map(([key, { value }]) => [key, value])];
  const other = new Map(facts(b));
  return facts(a).filter(([key, value]) => value !== other.get(key)).map(([key, value]) => {
    const row = element('tr');
    row.append(element('td', key), element('td', value), element('td', other.get(key)));
    return row;
  });
}

function classRows(a, b) {
  const share = (c) => (c.photos > 0 ? c.right / c.photos : null);
  const other = new Map(b.classes.map((c) => [c.name, c]));
  return a.classes.filter((c) => other.has(c.name)).map((c) => [c, other.get(c.name)])
    .map(([x, y]) => ({ name: x.name, x, y, change: share(x) === null || share(y) === null ? null : share(y) - share(x) }))
    .sort((p, q) => (p.change ?? 0) - (q.change ?? 0))
    .map(({ name, x, y, change }) => {
      const row = element('tr');
      const points = change === null ? '–' : `${change > 0 ? '+' : ''}${(100 * change).toFixed(1)}`;
      row.append(element('td', name), number(`${percent(share(x))} (${x.right}/${x.photos})`), number(`${percent(share(y))} (${y.right}/${y.photos})`),
                 number(points, { class: `number ${change < 0 ? 'worse' : ''}` }));
      return row;
    });
}

async function drawTwo(first, second) {
  const [a, b] = await Promise.all([detailsOf(first), detailsOf(second)]);
  $('two-title').textContent = t('compare', { a: first.id, b: second.id });
  const other = a.run.data.fingerprint !== b.run.data.fingerprint;
  const rows = settingRows(a, b);
  $('banner').hidden = !other && rows.length > 0;
  $('banner').textContent = other ? t('otherData') : t('same');
  tableOf($('settings'), [t('setting'), first.id, second.id], rows);
  tableOf($('classes'), [t('class'), first.id, second.id, t('change')], classRows(a, b));
}

// --- all ---

async function refresh() {
  drawTable();
  drawChart();
  const chosen = chosenRuns();
  $('one').hidden = chosen.length !== 1;
  $('two').hidden = chosen.length !== 2;
  if (chosen.length === 1) await drawOne(chosen[0]);
  if (chosen.length === 2) await drawTwo(chosen[0], chosen[1]);
}

async function poll() {
  try {
    const response = await fetch('v1/runs');
    if (!response.ok) throw new Error(String(response.status));
    state.runs = (await response.json()).runs;
    state.readAt = new Date();
    await refresh();
    $('connection').textContent = t('connected', { time: state.readAt.toLocaleTimeString(state.language) });
  } catch {
    $('connection').textContent = t('lost', { time: state.readAt?.toLocaleTimeString(state.language) ?? '–' });
  }
  setTimeout(poll, kPollMs);
}

function fillWords() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-Hans' : 'en';
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
  for (const id of ['y', 'x']) {
    const chosen = $(id).value;
    $(id).replaceChildren(...Object.keys(texts.en[id]).map((key) => element('option', t(`${id}.${key}`), { value: key })));
    if (chosen) $(id).value = chosen;
  }
}

$('language').value = state.language;
$('language').addEventListener('change', () => {
  state.language = $('language').value;
  localStorage.setItem('language', state.language);
  t = translator(state.language);
  fillWords();
  refresh();
});
$('filter').addEventListener('input', drawTable);
$('note-form').addEventListener('submit', saveNote);
addEventListener('resize', drawChart);
for (const id of ['y', 'x', 'smooth']) $(id).addEventListener('input', drawChart);
$('filter-epoch').addEventListener('input', () => refresh());
fillWords();
poll();

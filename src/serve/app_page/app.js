// The page: a photo comes in, its names come out, then the evidence and the way to them.
import { offerCamera } from './camera.js';
import { showCard } from './card.js';
import { $, el } from './dom.js';
import { listenForPhotos, troubleWith } from './photo.js';
import { fillMethods, hideHeat, showHeat, showNames, showSimilar, troubleText } from './result.js';
import { nameSamples, showSamples } from './samples.js';
import { chosenLanguage, isChinese, setLanguage, t } from './texts.js';
import { showToy } from './toy.js';
import { showWalk } from './walk.js';
import { nameClasses, showWrong } from './wrong.js';

const kAgainMs = 3000;
const state = { model: null, photo: null, answer: null, explanation: null, walk: null, turn: 0 };

class ServiceError extends Error {
  constructor(status, error) {
    super(troubleText(status, error));
    this.status = status;
  }
}

async function send(path, parameters = {}, photo = null) {
  const headers = {};
  const token = sessionStorage.getItem('token');
  if (token) headers.Authorization = `Bearer ${token}`;
  if (photo) headers['Content-Type'] = photo.type.startsWith('image/') ? photo.type : 'application/octet-stream';
  const query = new URLSearchParams(parameters).toString();
  try {
    return await fetch(query ? `${path}?${query}` : path, { method: photo ? 'POST' : 'GET', headers, body: photo });
  } catch {
    throw new ServiceError(0);
  }
}

/** A JSON answer of the service; ServiceError with words for the reader. */
async function ask(path, parameters = {}, photo = null) {
  const response = await send(path, parameters, photo);
  const document_ = await response.json().catch(() => ({}));
  if (response.status === 401) $('token-form').hidden = false;
  if (!response.ok) throw new ServiceError(response.status, document_.error);
  return document_;
}

/** A file of the service. */
const load = async (path) => (await send(path)).blob();

function say(key) { $('status').textContent = key ? t(key) : ''; }

function refuse(sentence) {
  $('trouble').textContent = sentence;
  $('trouble').hidden = !sentence;
}

const trouble = (error) => {
  if (!(error instanceof ServiceError)) throw error;
  refuse(error.message);
};

// --- the model ---

async function loadModel() {
  const name = $('models').value;
  const { model } = await ask('/v1/model', name ? { model: name } : {});
  state.model = model;
  describeModel();
}

function describeModel() {
  if (!state.model) return;
  const { name, network, classes, parameters, precision } = state.model;
  $('model').textContent = t('modelWords', { name, network, classes: classes.length, parameters: parameters.toLocaleString(document.documentElement.lang), precision });
  $('card-link').href = `/v1/card?${new URLSearchParams({ model: name })}`;
  $('card-link').hidden = false;
}

async function loadModels() {
  const { models } = await ask('/v1/models');
  $('models').replaceChildren(...models.map((one) => el('option', { value: one.name }, one.name)));
  $('models-label').hidden = models.length < 2;
  $('token-form').hidden = true;
  await loadModel();
  await showSamples(state.model.sample_photos, load, named);
}

// --- a photo ---

async function explain(turn) {
  hideHeat(t('explaining'));
  try {
    const answer = await ask('/v1/explain', { model: state.model.name, method: $('method').value }, state.photo);
    if (turn !== state.turn) return;
    state.explanation = answer.explanation;
    showHeat(answer.explanation);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (turn === state.turn) hideHeat(t('heatFailed', { reason: error.message }));
  }
}

async function walk(turn) {
  const photo = state.photo;
  const answer = await ask('/v1/walk', { model: state.model.name }, photo);
  if (turn !== state.turn) return;
  state.walk = { answer, photo };
  await drawWalk(turn);
}

function drawWalk(turn) {
  const { answer, photo } = state.walk;
  return showWalk(answer, { photo, classes: state.model.classes, trouble, isCurrent: () => turn === state.turn,
                            ask: (place) => ask('/v1/walk', { model: state.model.name, ...place }, photo) });
}

/** The like of the photo, where the service has some; while it still reads them, later. */
async function findSimilar(turn) {
  $('similar').hidden = true;
  if (!state.model.similar_photos || $('models').selectedIndex > 0) return;
  try {
    const { photos, reading } = await ask('/v1/similar', {}, state.photo);
    if (reading) {
      setTimeout(() => turn === state.turn && findSimilar(turn), kAgainMs);
      return;
    }
    const pictures = await Promise.all(photos.map(async (one) => URL.createObjectURL(await load(one.picture))));
    if (turn === state.turn) showSimilar(photos, pictures);
  } catch (error) {
    trouble(error);
  }
}

function showPhoto(photo) {
  if ($('photo').src.startsWith('blob:')) URL.revokeObjectURL($('photo').src);
  $('photo').src = URL.createObjectURL(photo);
}

async function take(photo) {
  const turn = ++state.turn;
  refuse('');
  const wrong = await troubleWith(photo);
  if (wrong) return refuse(wrong);
  if (!state.model) await loadModels();
  say('working');
  state.photo = photo;
  const began = performance.now();
  const parameters = { model: state.model.name };
  if (state.model.threshold !== null) parameters.min_confidence = 'auto';
  const answer = await ask('/v1/predict', parameters, photo);
  if (turn !== state.turn) return;
  state.answer = { prediction: answer.predictions[0], ms: performance.now() - began };
  state.explanation = null;
  showPhoto(photo);
  $('result').hidden = false;
  drawNames();
  showWrong(state.model, answer.predictions[0].classes[0].name, (right) => keep(photo, right));
  say('walking');
  await explain(turn);
  await walk(turn);
  await findSimilar(turn);
  if (turn === state.turn) say('');
}

/** Whether the service keeps a photo under the name that the reader gives it. */
async function keep(photo, right) {
  try {
    await ask('/v1/correct', { model: state.model.name, right }, photo);
    return true;
  } catch (error) {
    trouble(error);
    return false;
  }
}

function drawNames() {
  const { prediction, ms } = state.answer;
  $('photo').alt = t('photoRead');
  showNames(state.model, prediction, ms);
}

const named = (photo) => take(photo).catch((error) => {
  say('');
  trouble(error);
});

// --- language, keys, start ---

function fillKeys() {
  const rows = [['Ctrl-V', 'key_paste'], ['Tab', 'key_tab'], [t('arrows'), 'key_arrows'], ['?', 'key_help'], ['Esc', 'key_escape']];
  $('keys-list').replaceChildren(...rows.flatMap(([key, text]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, t(text))]));
}

function speak(language) {
  setLanguage(language);
  document.title = t('title');
  fillMethods();
  fillKeys();
  describeModel();
  showToy();
  nameSamples();
  if (state.answer) {
    drawNames();
    nameClasses(state.model, state.answer.prediction.classes[0].name);
  }
  if (state.explanation) showHeat(state.explanation);
  if (state.walk) drawWalk(state.turn);
}

function listen() {
  $('language').addEventListener('change', () => {
    localStorage.setItem('language', $('language').value);
    speak($('language').value);
  });
  $('models').addEventListener('change', () => loadModel().then(() => state.photo && named(state.photo)).catch(trouble));
  $('strength').addEventListener('input', () => { $('heat').style.opacity = $('strength').value / 100; });
  $('method').addEventListener('change', () => explain(state.turn));
  $('token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem('token', $('token').value);
    refuse('');
    loadModels().catch(trouble);
  });
  $('card-link').addEventListener('click', (event) => {
    event.preventDefault();  // a page of its own would not send the token
    load($('card-link').getAttribute('href')).then((page) => page.text()).then((page) => showCard(page, isChinese() ? 'zh' : 'en')).catch(trouble);
  });
  $('keys-button').addEventListener('click', () => $('keys').showModal());
  document.addEventListener('keydown', (event) => {
    if (event.key === '?' && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) $('keys').showModal();
  });
  listenForPhotos(named, refuse);
  offerCamera(named, refuse);
}

$('language').value = chosenLanguage();
speak($('language').value);
listen();
loadModels().catch(trouble);

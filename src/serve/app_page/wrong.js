// A reader says what a photo really shows, and the service keeps it, where it was started to.
import { $, el } from './dom.js';
import { nameOf } from './result.js';
import { t } from './texts.js';

/** A form for the photo that was named just now; `keep(name)` stores it. */
export function showWrong(model, said, keep) {
  $('wrong').hidden = !model.corrections;
  $('wrong').open = false;
  $('wrong-done').textContent = '';
  $('wrong-form').hidden = false;
  nameClasses(model, said);
  $('wrong-form').onsubmit = async (event) => {
    event.preventDefault();
    const name = $('right').value;
    if (await keep(name)) {
      $('wrong-form').hidden = true;
      $('wrong-done').textContent = t('wrongDone', { name: nameOf(model, name).first });
    }
  };
}

/** The classes as the reader calls them, the one that the model said left out. */
export function nameClasses(model, said) {
  const chosen = $('right').value;
  const names = model.classes.filter((name) => name !== said);
  $('right').replaceChildren(el('option', { value: '' }, t('wrongChoose')), ...names.map((name) =>
    el('option', { value: name, selected: name === chosen }, nameOf(model, name).first)));
}

// The OpenAPI document for people.
import { $, el, table } from './dom.js';

const typeOf = (schema) => schema.enum?.join(', ') ?? schema.type;

function route(path, method, operation) {
  const parameters = operation.parameters.map((one) => [one.name, one.in, typeOf(one.schema), one.schema.default === undefined ? '' : String(one.schema.default), one.description]);
  const answers = Object.entries(operation.responses).map(([status, one]) => [status, one.description, Object.keys(one.content).join(', ')]);
  return el('details', { class: 'layer' },
    el('summary', {}, el('span', {}, el('h2', { class: 'inline' }, `${method.toUpperCase()} ${path}`), el('span', { class: 'soft' }, ` ${operation.summary}`))),
    el('div', { class: 'body' },
      operation.requestBody ? el('p', {}, `Body: ${Object.keys(operation.requestBody.content).join(', ')}`) : null,
      parameters.length > 0 ? table('Parameters', ['name', 'in', 'type', 'default', 'what'], parameters) : null,
      table('Answers', ['status', 'when', 'type'], answers)));
}

const token = sessionStorage.getItem('token');
const response = await fetch('/openapi.json', token ? { headers: { Authorization: `Bearer ${token}` } } : {});
if (response.ok) {
  const { paths } = await response.json();
  $('routes').replaceChildren(...Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => route(path, method, operation))));
} else {
  $('routes').textContent = 'This service asks for a token: enter it on the page first.';
}

// Shows the OpenAPI document. Everything from it is set as text, never as HTML.
const schema = await (await fetch('/api/openapi.json')).json();
const content = document.getElementById('content');
document.getElementById('about').textContent = schema.info.description.replaceAll('`', '');

const element = (tag, text, ...children) => {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};
const refName = (ref) => ref.split('/').at(-1);

const RANGES = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'];

function typeOf(node) {
  const ranges = RANGES.filter((name) => node?.[name] !== undefined).map((name) => `${name} ${node[name]}`);
  return [kindOf(node), ...ranges].join(', ');
}

function kindOf(node) {
  if (!node) return '';
  if (node.$ref) return refName(node.$ref);
  const union = node.anyOf ?? node.oneOf;
  if (union) return union.map(typeOf).join(' | ');
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.type === 'array') return `${kindOf(node.items) || 'any'}[]`;
  return node.format ?? [node.type ?? 'any'].flat().join(' | ');
}

function rowsOf(node) {
  const required = new Set(node.required ?? []);
  return Object.entries(node.properties ?? {}).map(([name, field]) =>
    element('tr', '', element('td', required.has(name) ? name : `${name}?`), element('td', typeOf(field)), element('td', field.description ?? '')),
  );
}

function schemaPart(title, node) {
  const found = node?.$ref ? schema.components.schemas[refName(node.$ref)] : node;
  const parts = [element('p', `${title}: ${typeOf(node)}`)];
  if (found?.description) parts.push(element('p', found.description));
  const rows = rowsOf(found ?? {});
  if (rows.length) parts.push(element('table', '', ...rows));
  return parts;
}

function operation(path, verb, about) {
  const summary = element('summary', '', element('code', verb.toUpperCase()), ' ', element('code', path), ' ', element('span', about.description ?? about.summary ?? ''));
  summary.firstChild.className = 'verb';
  const body = element('div');
  body.className = 'body';
  for (const parameter of about.parameters ?? [])
    body.append(element('p', `${parameter.in} ${parameter.name}${parameter.required ? '' : '?'}: ${typeOf(parameter.schema)}`));
  const sent = about.requestBody?.content?.['application/json']?.schema;
  if (sent) body.append(...schemaPart('Body', sent));
  for (const [status, answer] of Object.entries(about.responses ?? {}).filter(([code]) => code < '300'))
    body.append(...schemaPart(status, Object.values(answer.content ?? {})[0]?.schema ?? { type: 'nothing' }));
  return element('details', '', summary, body);
}

function show(filter) {
  const groups = new Map();
  for (const [path, verbs] of Object.entries(schema.paths))
    for (const [verb, about] of Object.entries(verbs)) {
      if (!about.responses || !`${verb} ${path} ${about.description ?? ''}`.toLowerCase().includes(filter)) continue;
      const group = path.split('/')[2] ?? path.split('/')[1];
      groups.set(group, [...(groups.get(group) ?? []), operation(path, verb, about)]);
    }
  const schemas = Object.entries(schema.components.schemas)
    .filter(([name]) => name.toLowerCase().includes(filter))
    .map(([name, node]) => {
      const body = element('div', '', ...schemaPart('Type', node));
      body.className = 'body';
      return element('details', '', element('summary', '', element('code', name)), body);
    });
  content.replaceChildren(
    ...[...groups].flatMap(([name, operations]) => [element('h2', name), ...operations]),
    element('h2', 'Schemas, frames and events'),
    ...schemas,
  );
}

document.getElementById('filter').addEventListener('input', (event) => show(event.target.value.toLowerCase()));
show('');

/**
 * The inspection page: one example at a time, token by token, under each mask policy. All it knows stands in the
 * script element `data`; its form is written down in src/inspect/inspection-page.ts and page-example.ts. One
 * long file, since a page without a network has one script, and nothing is built between this and what runs.
 */
const data = JSON.parse(document.getElementById('data').textContent);
const policies = ['assistant', 'last-assistant', 'all'];
/** Pixels; the rows are placed by it. */
const rowHeight = 54;
const state = {
  policy: Math.max(0, policies.indexOf(data.policy)),
  /** Index into data.examples. */
  current: Math.max(
    0,
    data.examples.findIndex(({ index }) => index === data.first),
  ),
  /** Lower-case text to be found. */
  search: '',
  /** A bin of a histogram that was clicked: { id, from, to }. */
  bin: undefined,
  /** Indices of the examples that pass search and bin. */
  matching: [],
};
/** Searching looks at each text often. */
const lowerCased = data.examples.map(({ text }) => text.toLowerCase());
/** The tokens of the example that is shown. */
let tokens = [];

const $ = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString('en-US');
/** With a space that does not break. */
const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`;

/** An element with a class and children; texts are texts, never markup. */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

// Numbers of an example.

function supervisedCount(example) {
  const mask = example.masks[state.policy];
  return mask === undefined || typeof mask === 'string' ? 0 : mask.count;
}

function supervisedShare(example) {
  return example.count === 0 ? 0 : supervisedCount(example) / example.count;
}

/** @returns tokens as { id, start, end, special } from the packed form */
function unpackTokens({ tokens: packed, count }) {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  let at = 0;
  const next = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  let start = 0;
  return Array.from({ length: count }, () => {
    const id = next();
    start += next();
    const rest = next();
    return { id, start, end: start + Math.floor(rest / 2), special: rest % 2 === 1 };
  });
}

/** Everything the page says of each token, under the policy that is chosen. */
function explainTokens(example) {
  const found = unpackTokens(example);
  const within = (spans, { start }) => spans.find(([, from, to]) => from <= start && start < to)?.[0];
  const said = example.said.flatMap((from, i) => (i % 2 === 0 ? [['said', from, example.said[i + 1]]] : []));
  const mask = example.masks[state.policy];
  const weights = new Array(found.length).fill(0);
  for (let i = 0; typeof mask === 'object' && i < mask.runs.length; i += 3) {
    weights.fill(mask.runs[i + 2], mask.runs[i], mask.runs[i + 1]);
  }
  return found.map((token, at) => ({
    ...token,
    text: token.end > token.start ? example.text.slice(token.start, token.end) : (data.names[token.id] ?? ''),
    message: example.messages.findIndex(([, from, to]) => from <= token.start && token.start < to),
    role: within(example.messages, token),
    kind: within(example.parts, token),
    isSaid: within(said, token) !== undefined,
    weight: weights[at],
  }));
}

// The list of examples: rows exist only where they are seen.

function showList() {
  const list = $('list');
  $('rows').style.height = `${state.matching.length * rowHeight}px`;
  const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 3);
  const last = Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 3;
  $('rows').replaceChildren(
    ...state.matching.slice(first, last).map((index, i) => {
      const example = data.examples[index];
      const bar = make('i', '');
      bar.style.setProperty('--share', `${100 * supervisedShare(example)}%`);
      const facts = example.refused === undefined ? `${number(example.count)} tokens` : 'refused';
      const row = make(
        'button',
        'row',
        make('b', '', titleOf(example)),
        make('small', '', `#${example.index}`, bar, facts),
      );
      row.type = 'button';
      row.tabIndex = -1;
      row.style.top = `${(first + i) * rowHeight}px`;
      row.style.height = `${rowHeight}px`;
      row.dataset.index = index;
      row.setAttribute('aria-current', String(index === state.current));
      return row;
    }),
  );
}

/** What the user said first, or how the text begins. */
function titleOf({ text, messages, said }) {
  const user = messages.find(([role]) => role === 'user') ?? messages[0];
  if (user === undefined) return text.slice(0, 120);
  const at = said.findIndex((start, i) => i % 2 === 0 && start >= user[1] && start < user[2]);
  return at < 0 ? text.slice(user[1], user[2]) : text.slice(said[at], Math.min(said[at + 1], said[at] + 120));
}

function filter() {
  const { search, bin } = state;
  state.matching = [...data.examples.keys()].filter((index) => {
    if (search !== '' && !lowerCased[index].includes(search)) return false;
    if (bin === undefined) return true;
    const value = measureOf(bin.id, data.examples[index]);
    return bin.from <= value && value < bin.to;
  });
  const [found, held, all] = [state.matching.length, data.examples.length, data.whole.examples];
  const inPage = held === all ? '' : ' in this page';
  $('matches').textContent =
    found < held
      ? `${number(found)} of ${number(held)} examples${inPage}`
      : held < all
        ? `${number(held)} of ${number(all)} examples`
        : `${number(all)} examples`;
  $('clear').hidden = found === held && bin === undefined;
  $('list').scrollTop = 0;
  if (found > 0 && !state.matching.includes(state.current)) state.current = state.matching[0];
}

// The whole file.

function showFigures() {
  const { whole, length } = data;
  const learnt = whole.learnt[state.policy];
  const overlong = lengthsOf(whole).reduce((sum, [tokens, count]) => sum + (tokens > length ? count : 0), 0);
  const figures = [
    ['examples', number(whole.examples)],
    ['tokens', number(whole.tokens)],
    ['learnt', number(learnt), 'learnt-total'],
    ['share learnt', percent(whole.tokens === 0 ? 0 : learnt / whole.tokens)],
    ['straddling a border', number(whole.straddling)],
    ['with nothing to learn', number(whole.nothing[state.policy])],
    ['refused', number(whole.refused)],
    ...(length === null ? [] : [[`longer than ${number(length)}`, number(overlong)]]),
  ];
  $('figures').replaceChildren(
    ...figures.flatMap(([name, value, id]) => {
      const shown = make('dd', '', value);
      if (id !== undefined) shown.id = id;
      return [make('dt', '', name), shown];
    }),
  );
}

function measureOf(id, example) {
  return id === 'lengths' ? example.count : 100 * supervisedShare(example);
}

/** Lengths in tokens and how many examples of the file have each, ascending. */
function lengthsOf({ lengths }) {
  return Array.from({ length: lengths.length / 2 }, (_, i) => [lengths[2 * i], lengths[2 * i + 1]]);
}

/** Of all examples of the file. */
function binsOf(id) {
  return id === 'lengths'
    ? binsOfLengths(lengthsOf(data.whole))
    : binsOfShares(data.whole.shares[state.policy]);
}

/** All of it is learnt: that belongs to the last bin, too. */
function binsOfShares(counts) {
  if (counts.every((count) => count === 0)) return [];
  const width = 100 / counts.length;
  return counts.map((count, i) => ({
    from: i * width,
    to: i === counts.length - 1 ? 100.001 : (i + 1) * width,
    count,
  }));
}

/** Bins of a round width, at most twenty; the last also holds the few values that are far above all others. */
function binsOfLengths(lengths) {
  if (lengths.length === 0) return [];
  const all = lengths.reduce((sum, [, count]) => sum + count, 0);
  // What 98 % of the examples do not exceed.
  let left = Math.ceil(0.98 * (all - 1));
  const [usual] = lengths.find(([, count]) => {
    left -= count;
    return left < 0;
  });
  const [low, highest] = [lengths[0][0], lengths.at(-1)[0]];
  const high = highest > 2 * usual ? usual : highest;
  let width = 1;
  for (let i = 0; Math.floor(high / width) - Math.floor(low / width) >= 20; i++) width *= [2, 2.5, 2][i % 3];
  const first = Math.floor(low / width);
  const bins = Array.from({ length: Math.floor(high / width) - first + 1 }, (_, i) => ({
    from: (first + i) * width,
    to: (first + i + 1) * width,
    count: 0,
  }));
  bins.at(-1).to = Math.max(bins.at(-1).to, highest + 1);
  for (const [value, count] of lengths) {
    bins[Math.min(bins.length - 1, Math.floor(value / width) - first)].count += count;
  }
  return bins;
}

function showHistogram(id) {
  const svg = $(id);
  const [width, height, floor] = [svg.clientWidth || 300, 112, 94];
  const bins = binsOf(id);
  const most = bins.reduce((a, { count }) => Math.max(a, count), 1);
  const step = width / Math.max(1, bins.length);
  const value = measureOf(id, data.examples[state.current]);
  const shape = (tag, attributes, ...children) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, to] of Object.entries(attributes)) element.setAttribute(name, to);
    element.append(...children);
    return element;
  };
  const unit = id === 'lengths' ? ' tokens' : ' %';
  const shown = bins.map((bin, i) => {
    const isCurrent =
      bin.from <= value && value < bin.to && data.examples[state.current].refused === undefined;
    const isChosen = state.bin?.id === id && state.bin.from === bin.from;
    const isBeyond = id === 'lengths' && data.length !== null && bin.from > data.length;
    const tall = bin.count === 0 ? 0 : Math.max(2, (bin.count / most) * (floor - 16));
    const classes = ['bin', isCurrent && 'current', isChosen && 'chosen', isBeyond && 'beyond'];
    const x = i * step + Math.min(1, step / 8);
    const wide = Math.max(1, step - Math.min(2, step / 4));
    const group = shape(
      'g',
      { class: classes.filter(Boolean).join(' ') },
      shape('title', {}, `${bin.from} to ${Math.round(bin.to)}${unit}: ${number(bin.count)} examples`),
      shape('rect', { class: 'target', x: i * step, y: 0, width: step, height: floor }),
      shape('rect', {
        class: 'bar',
        x,
        y: floor - tall,
        width: wide,
        height: tall,
        rx: Math.min(2, tall / 2),
      }),
    );
    group.addEventListener('click', () => {
      state.bin = isChosen ? undefined : { id, from: bin.from, to: bin.to };
      filter();
      show();
    });
    return group;
  });
  const axis = shape('line', { x1: 0, x2: width, y1: floor + 0.5, y2: floor + 0.5 });
  const ends = [
    shape('text', { x: 0, y: height - 3 }, `${bins[0]?.from ?? 0}${id === 'shares' ? ' %' : ''}`),
    shape(
      'text',
      { x: width, y: height - 3, 'text-anchor': 'end' },
      `${Math.round(bins.at(-1)?.to ?? 0)}${id === 'shares' ? ' %' : ''}`,
    ),
  ];
  svg.replaceChildren(axis, ...shown, ...ends);
}

// One example.

function showExample() {
  const example = data.examples[state.current];
  $('title').textContent = `Example ${example.index}, line ${number(example.line)}`;
  const supervised = supervisedCount(example);
  $('counts').textContent =
    example.refused === undefined
      ? `${number(supervised)} of ${number(example.count)} tokens learnt (${percent(supervisedShare(example))})${example.straddling > 0 ? `, ${number(example.straddling)} straddling a border` : ''}`
      : 'not trained on';
  const at = state.matching.indexOf(state.current);
  $('previous').disabled = at <= 0;
  $('next').disabled = at < 0 || at === state.matching.length - 1;
  tokens = explainTokens(example);
  $('conversation').replaceChildren(...conversationOf(example));
  hideTip();
}

function conversationOf(example) {
  const mask = example.masks[state.policy];
  const problem = example.refused ?? (typeof mask === 'string' ? mask : undefined);
  const blocks = problem === undefined ? [] : [make('p', 'refused', `Refused: ${problem}`)];
  if (example.refused !== undefined) {
    return [...blocks, make('div', 'message', make('b', '', ''), make('div', '', example.text))];
  }
  const hits = hitsIn(example);
  let [message, body, shownTo] = [undefined, undefined, 0];
  for (const [at, token] of tokens.entries()) {
    // What the template writes behind a message, as a line end, stands with it.
    const belongs = token.message < 0 && blocks.length > 0 && body !== undefined ? message : token.message;
    if (body === undefined || belongs !== message) {
      message = belongs;
      const [role] = example.messages[message] ?? [example.messages.length === 0 ? 'text' : 'template'];
      body = make('div', '');
      blocks.push(
        make('div', `message ${role === 'assistant' ? 'assistant' : ''}`.trim(), make('b', '', role), body),
      );
    }
    // Pieces of one character share its range: the first shows it, the others are marks to be pointed at.
    const text =
      token.end > token.start ? example.text.slice(Math.max(token.start, shownTo), token.end) : token.text;
    shownTo = Math.max(shownTo, token.end);
    if (token.weight > 0 && token.weight !== 1 && tokens[at - 1]?.weight !== token.weight) {
      body.append(make('span', 'weight', `×${token.weight}`));
    }
    body.append(tokenElement(token, at, text === '' ? '·' : text, hits));
  }
  return blocks;
}

function tokenElement(token, at, text, hits) {
  const classes = ['token'];
  if (token.weight > 0) classes.push('learnt');
  else if (!token.isSaid) classes.push('header');
  if (token.special) classes.push('special');
  if (hits.some(([from, to]) => token.start < to && from < token.end)) classes.push('hit');
  const span = make('span', classes.join(' '));
  // A line end is a token, or part of one: it is to be seen and pointed at.
  text.split('\n').forEach((line, i) => {
    if (i > 0) span.append(make('span', 'newline'), '\n');
    span.append(line);
  });
  span.dataset.token = at;
  return span;
}

function hitsIn(example) {
  const hits = [];
  const text = lowerCased[state.current];
  // Lower case may be longer than what it is of ("İ"): then positions mean nothing.
  if (state.search === '' || text.length !== example.text.length) return hits;
  for (
    let at = text.indexOf(state.search);
    at >= 0;
    at = text.indexOf(state.search, at + state.search.length)
  ) {
    hits.push([at, at + state.search.length]);
  }
  return hits;
}

// What is said of a token.

function showTip(element) {
  const token = tokens[Number(element.dataset.token)];
  const isLearnt = token.weight > 0;
  const facts = [
    ['id', String(token.id)],
    ['offsets', `${token.start}–${token.end}`],
    ['role', token.role ?? 'none'],
    ...(token.kind === undefined ? [] : [['kind', token.kind]]),
    ['label', isLearnt ? `${token.id}, learnt` : '-100, not learnt'],
    ['weight', String(token.weight)],
  ];
  const tip = $('tip');
  tip.replaceChildren(
    make('code', '', JSON.stringify(token.text)),
    token.special ? ' control token' : '',
    make('dl', '', ...facts.flatMap(([name, value]) => [make('dt', '', name), make('dd', '', value)])),
  );
  tip.hidden = false;
  const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = tip;
  const below = box.bottom + 8;
  tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - offsetWidth - 8))}px`;
  tip.style.top = `${below + offsetHeight < innerHeight ? below : Math.max(8, box.top - offsetHeight - 8)}px`;
}

function hideTip() {
  $('tip').hidden = true;
}

// Together.

function show() {
  showFigures();
  showHistogram('lengths');
  showHistogram('shares');
  showExample();
  showList();
}

function go(index) {
  if (index === undefined) return;
  state.current = index;
  const top = state.matching.indexOf(index) * rowHeight;
  const list = $('list');
  if (top < list.scrollTop) list.scrollTop = top;
  if (top + rowHeight > list.scrollTop + list.clientHeight)
    list.scrollTop = top + rowHeight - list.clientHeight;
  show();
}

function step(by) {
  go(state.matching[state.matching.indexOf(state.current) + by]);
}

function choosePolicy(index) {
  state.policy = index;
  document.querySelector(`#policies [value="${policies[index]}"]`).checked = true;
  // Which share is learnt is another one now.
  if (state.bin?.id === 'shares') {
    state.bin = undefined;
    filter();
  }
  show();
}

$('origin').textContent = [
  data.data,
  data.template === null ? 'plain text' : `template ${data.template}`,
  `tokenizer ${data.tokenizer}`,
].join('  ·  ');
$('sample').textContent = data.sample ?? '';
$('sample').hidden = data.sample === null;
// Plain text is learnt alike under every policy.
$('policies').hidden = data.template === null;
$('findings').replaceChildren(
  ...data.findings.map(({ grade, name, problem, remedy }) =>
    make(
      'li',
      grade,
      make('span', 'grade', `${grade}, ${name}: `),
      remedy === undefined ? problem : `${problem}; ${remedy}`,
    ),
  ),
);
$('search').addEventListener('input', ({ target }) => {
  state.search = target.value.toLowerCase();
  filter();
  show();
});
$('clear').addEventListener('click', () => {
  $('search').value = '';
  [state.search, state.bin] = ['', undefined];
  filter();
  show();
});
$('policies').addEventListener('change', ({ target }) => choosePolicy(policies.indexOf(target.value)));
$('borders').addEventListener('change', ({ target }) =>
  $('conversation').classList.toggle('borders', target.checked),
);
$('previous').addEventListener('click', () => step(-1));
$('next').addEventListener('click', () => step(1));
$('list').addEventListener('scroll', showList);
$('rows').addEventListener('click', ({ target }) => {
  const row = target.closest('.row');
  if (row !== null) go(Number(row.dataset.index));
});
$('conversation').addEventListener('mouseover', ({ target }) => {
  const token = target.closest('.token');
  if (token === null) hideTip();
  else showTip(token);
});
$('conversation').addEventListener('mouseleave', hideTip);
document.querySelector('main').addEventListener('scroll', hideTip);
addEventListener('resize', show);
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target === $('search');
  if (isTyping && event.key === 'Escape') $('search').blur();
  if (isTyping || event.target.type === 'radio') return;
  if (event.key === 'ArrowRight' || event.key === 'ArrowDown') step(1);
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') step(-1);
  else if (event.key === 'Home') go(state.matching[0]);
  else if (event.key === 'End') go(state.matching.at(-1));
  else if (event.key === '/') $('search').focus();
  else if ('123'.includes(event.key)) choosePolicy(Number(event.key) - 1);
  else return;
  event.preventDefault();
});

filter();
choosePolicy(state.policy);
go(state.current);

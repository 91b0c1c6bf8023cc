// Lets a reader walk over the states of a program, which package stepper has packed.

const READY = 0, ASLEEP = 2, ENDED = 3, PANICS = 4; // as Status in package stepper; 1 is Waits
const BEYOND = -1; // a state that the page does not hold
const MOST_STEPS = 100000; // of a schedule that is followed, which may go round in circles
const MOST_ROWS = 100; // of the steps so far that are shown

// ---- The program ----

function unpack(packed) {
  const text = (i) => packed.texts[i];
  const variables = (numbers) => {
    const all = [];
    for (let i = 0; i < numbers.length; i += 2) { all.push({ name: text(numbers[i]), value: text(numbers[i + 1]) }); }
    return all;
  };
  const thread = (n) => ({ line: n[0], status: n[1], next: text(n[2]), why: text(n[3]), locals: variables(n.slice(4)) });
  const move = (to, n) => ({ by: n[0], choice: n[1], to: to, text: text(n[2]), note: text(n[3]), switches: -1, steps: -1 });
  const nodes = packed.nodes.map((n) => {
    const head = packed.heads[n[0]], rest = 2 + n[1], moves = [];
    for (let i = rest; i < n.length; i += 2) { moves.push(move(n[i], packed.steps[n[i + 1]])); }
    return {
      memory: variables(packed.memory[head[0]]), output: text(head[1]), end: text(head[2]), goal: head[3] === 1,
      threads: n.slice(2, rest).map((t) => thread(packed.threads[t])), moves: moves,
    };
  });
  reckon(nodes);
  return Object.assign({}, packed, { nodes: nodes });
}

// reckon gives each move what is still to be done after it until the goal, as costs in package stepper: -1 where it cannot be reached.
function reckon(nodes) {
  for (let again = true; again;) {
    again = false;
    for (let i = nodes.length - 1; i >= 0; i--) {
      for (const move of nodes[i].moves.filter((m) => m.to !== BEYOND)) {
        const next = best(nodes[move.to], move.by);
        if (!nodes[move.to].goal && !next) { continue; }
        const steps = nodes[move.to].goal ? 0 : next.steps + 1;
        const switches = nodes[move.to].goal ? 0 : next.switches + (next.by === move.by ? 0 : 1);
        if (move.steps < 0 || switches < move.switches || switches === move.switches && steps < move.steps) {
          Object.assign(move, { switches: switches, steps: steps });
          again = true;
        }
      }
    }
  }
}

// A walk is what the reader has done: steps, each with the state after it. Of these, the first
// `at` count, and those after are undone.
function newWalk(graph) { return { graph: graph, steps: [], at: 0 }; }

function nodeAt(walk, at) { return walk.graph.nodes[at === 0 ? 0 : walk.steps[at - 1].to]; }
function now(walk) { return nodeAt(walk, walk.at); }
function lastBy(walk) { return walk.at === 0 ? -1 : walk.steps[walk.at - 1].by; }
function movesOf(node, by) { return node.moves.filter((m) => m.by === by); }

// take takes a step, which must not lead beyond what the page holds.
function take(walk, move) {
  walk.steps.length = walk.at;
  walk.steps.push(move);
  walk.at++;
}

function isSwitch(walk, at) { return at > 0 && walk.steps[at - 1].by !== walk.steps[at].by; }

function switches(walk) {
  let n = 0;
  for (let i = 1; i < walk.at; i++) { if (isSwitch(walk, i)) { n++; } }
  return n;
}

// reached is the number of steps after which the goal was reached for the first time, or -1.
function reached(walk) {
  for (let i = 0; i <= walk.at; i++) { if (nodeAt(walk, i).goal) { return i; } }
  return -1;
}

// best is the step of a shortest way to the goal, or undefined; so few switches, then few steps.
function best(node, last) {
  const cost = (m) => (m.switches + (last >= 0 && last !== m.by ? 1 : 0)) * 1e6 + m.steps;
  let found;
  node.moves.forEach((m) => { if (m.steps >= 0 && (!found || cost(m) < cost(found))) { found = m; } });
  return found;
}

function canReach(node) { return node.goal || node.moves.some((m) => m.steps >= 0); }

// fewest is the number of switches on a shortest way from the start, or -1.
function fewest(graph) {
  const first = best(graph.nodes[0], -1);
  return graph.nodes[0].goal ? 0 : first ? first.switches : -1;
}

// goOn is the step that follows when each goroutine goes on as long as it can, the first first.
function goOn(node, last) {
  return movesOf(node, last)[0] || node.moves.slice().sort((a, b) => a.by - b.by)[0];
}

// ---- A schedule as text: "A B:3 A/2 main" ----

function scheduleText(walk) {
  const parts = [];
  for (let i = 0; i < walk.at;) {
    const step = walk.steps[i], name = walk.graph.names[step.by];
    let end = i + 1;
    if (step.choice > 1) {
      parts.push(name + '/' + step.choice);
    } else {
      while (end < walk.at && walk.steps[end].by === step.by && walk.steps[end].choice === 1) { end++; }
      parts.push(end > i + 1 ? name + ':' + (end - i) : name);
    }
    i = end;
  }
  return parts.join(' ');
}

// parse gives {turns: [{by, choice, steps}]}, or {error: a sentence}.
function parse(text, names) {
  const turns = [];
  for (const part of text.split(/[\s,]+/).filter((p) => p)) {
    const turn = parseTurn(part, names);
    if (turn.error) { return turn; }
    turns.push(turn);
  }
  return turns.length ? { turns: turns } : { error: 'Write a schedule first, as in ' + names.join(' ') + '.' };
}

function parseTurn(part, names) {
  const found = /^([A-Za-z]+)(?:\/([0-9]{1,6})|:([0-9_]{1,9}))?$/.exec(part);
  if (!found) {
    const example = names[names.length - 1] + ':3';
    return { error: '“' + part + '” is not understood: write a goroutine and how many steps it takes, as in ' + example + '.' };
  }
  const by = names.findIndex((n) => n.toLowerCase() === found[1].toLowerCase());
  if (by < 0) { return { error: 'There is no goroutine ' + found[1] + '; there are ' + names.join(', ') + '.' }; }
  const turn = { by: by, choice: Number(found[2] || 1), steps: Number((found[3] || '1').replace(/_/g, '')) };
  if (turn.choice === 0 || turn.steps === 0) { return { error: '“' + part + '” has a 0; steps and choices are counted from 1.' }; }
  return turn;
}

// follow walks a schedule from the start: {walk} or {error: a sentence}.
function follow(graph, text) {
  const parsed = parse(text, graph.names);
  if (parsed.error) { return parsed; }
  const walk = newWalk(graph);
  for (const turn of parsed.turns) {
    for (let i = 0; i < turn.steps; i++) {
      const move = movesOf(now(walk), turn.by).find((m) => m.choice === turn.choice);
      const problem = obstacle(walk, turn.by, move, turn.choice);
      if (problem) {
        return { error: 'Step ' + (walk.at + 1) + ' of the schedule cannot be taken: ' + problem + '. Nothing was changed.' };
      }
      take(walk, move);
    }
  }
  return { walk: walk };
}

// obstacle says why a step cannot be taken, or ''.
function obstacle(walk, by, move, choice) {
  const name = walk.graph.names[by], node = now(walk);
  if (walk.at >= MOST_STEPS) { return 'a schedule here has at most ' + MOST_STEPS + ' steps'; }
  if (move) { return move.to === BEYOND ? outside(walk.graph) : ''; }
  if (node.end) { return 'the run has ended, ' + node.end; }
  if (movesOf(node, by).length) { return name + ' has no choice ' + choice + ' there'; }
  return cannot(node, by, name);
}

function cannot(node, by, name) {
  const thread = node.threads[by];
  if (!thread) { return name + ' has not been started yet'; }
  if (node.end && thread.status === READY) { return 'the run has ended'; }
  if (thread.status === READY) { return 'the page does not hold what ' + name + ' does next'; }
  return name + ' ' + statusText(thread);
}

function outside(graph) {
  return 'it leads to a state that is not on this page, which holds ' + graph.nodes.length + ' states of a larger program';
}

function statusText(thread) {
  return thread.why || { [ASLEEP]: 'sleeps', [ENDED]: 'has ended', [PANICS]: 'panics' }[thread.status] || 'waits';
}

// ---- What has been won ----

// It stays in the browser: by the name of a level, {switches, par, schedule}; par is -1 of one that cannot be broken.
const KEPT = 'multithreading levels';
let remembered = {}; // where the browser lets a page keep nothing

function wins() {
  try { return JSON.parse(localStorage.getItem(KEPT)) || remembered; } catch (e) { return remembered; }
}

function setWins(all) {
  remembered = all;
  try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch (e) { /* it lasts as long as the page is open */ }
  window.dispatchEvent(new Event(KEPT));
}

// keep keeps a win, of two of one level the one with fewer switches.
function keep(name, win) {
  const all = wins(), had = all[name];
  if (!had || had.par !== win.par || win.switches < had.switches) { setWins(Object.assign({}, all, { [name]: win })); }
}

function winText(win) {
  if (win.par < 0) { return ' You have won it: it cannot be broken.'; }
  return ' Your best: ' + plural(win.switches, 'switch', 'switches') + ', par ' + win.par + '.';
}

// onWins calls a function now and after each change, in this page or in another.
function onWins(show) {
  show();
  window.addEventListener(KEPT, show);
  window.addEventListener('storage', show);
}

// list makes the list of what has been won inside the host's shadow.
function list(host, style) {
  if (host.shadowRoot) { return; }
  const page = inShadow(host, style);
  page.classList.add('listed'); // on paper too
  const title = make(page, 'p', '', { role: 'status', 'class': 'small' }), box = scrolling(page, 'wins', 'Levels that you have won');
  const tools = make(page, 'div', '', { 'class': 'tools' });
  const print = make(tools, 'button', 'Print the list', { type: 'button', 'data-act': 'print' });
  const forget = make(tools, 'button', 'Forget all of it', { type: 'button', 'data-act': 'forget' });
  onWins(() => {
    const all = wins(), names = Object.keys(all).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    title.textContent = 'You have won ' + (names.length ? plural(names.length, 'level', 'levels') : 'no level yet') +
      '. What you win is kept in this browser and nowhere else.';
    box.textContent = '';
    [box, print, forget].forEach((e) => { e.hidden = !names.length; });
    const table = make(box, 'table'), head = make(make(table, 'thead'), 'tr'), body = make(table, 'tbody');
    ['level', 'your switches', 'par', 'your schedule'].forEach((h) => make(head, 'th', h, { scope: 'col' }));
    names.forEach((name) => {
      const win = all[name], row = make(body, 'tr');
      make(row, 'th', name, { scope: 'row' });
      make(row, 'td', win.par < 0 ? '' : String(win.switches));
      make(row, 'td', win.par < 0 ? 'cannot be broken' : String(win.par));
      make(make(row, 'td'), 'code', win.schedule);
    });
  });
  print.onclick = () => {
    const sheet = window.open('', '', 'width=800,height=900');
    if (!sheet) { title.textContent = 'The browser has not let a window open: allow it, and print again.'; return; }
    sheet.document.title = 'You are the scheduler: levels won';
    make(sheet.document.head, 'style', 'table { border-collapse: collapse; font: 14px sans-serif } ' +
      'th, td { border: 1px solid; padding: 4px; text-align: left }');
    make(sheet.document.body, 'h1', sheet.document.title);
    sheet.document.body.appendChild(sheet.document.importNode(box.firstChild, true));
    sheet.print();
  };
  const ask = (sure) => { forget.textContent = sure ? 'Press again to forget all of it' : 'Forget all of it'; };
  forget.onclick = () => {
    const sure = forget.textContent.startsWith('Press');
    ask(!sure);
    if (sure) { setWins({}); }
  };
  forget.onblur = () => ask(false);
  host.shadowRoot.addEventListener('keydown', (event) => keysAround(event, host));
}

// ---- The page ----

function make(parent, tag, text, attributes) {
  const e = document.createElement(tag);
  if (text) { e.textContent = text; }
  Object.keys(attributes || {}).forEach((k) => e.setAttribute(k, attributes[k]));
  if (parent) { parent.appendChild(e); }
  return e;
}

function plural(n, word, more) { return n + ' ' + (n === 1 ? word : more); }

// badge is the mark of a goroutine: its name in a shape of its own.
function badge(parent, names, by, still) {
  return make(parent, 'span', names[by], { 'class': 'badge look' + (by === 0 ? 0 : 1 + (by - 1) % 6) + (still ? ' still' : '') });
}

// marksPerLine is the most goroutines that stand at one line in any state, for the room they need.
function marksPerLine(graph) {
  let most = 1;
  graph.nodes.forEach((node) => {
    const n = {};
    node.threads.filter((t) => t.line && t.status !== ENDED).forEach((t) => {
      n[t.line] = (n[t.line] || 0) + 1;
      most = Math.max(most, n[t.line]);
    });
  });
  return Math.min(most, 3);
}

function was(before, variable) {
  const old = before.find((v) => v.name === variable.name);
  return old === undefined ? 'new' : old.value === variable.value ? '' : 'changed, was ' + old.value;
}

// setTheme takes the colours of JupyterLab's theme, elsewhere those that the reader prefers.
function setTheme(host) {
  const light = document.body.dataset.jpThemeLight;
  host.style.colorScheme = light === undefined ? 'light dark' : light === 'true' ? 'light' : 'dark';
}

// inShadow gives a host colours, and a shadow with a page in it; on paper stands what the host had.
function inShadow(host, style) {
  setTheme(host);
  new MutationObserver(() => setTheme(host)).observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-light'] });
  const shadow = host.attachShadow({ mode: 'open' });
  make(shadow, 'style', style);
  make(make(shadow, 'div', '', { 'class': 'paper' }), 'slot');
  return make(shadow, 'div', '', { 'class': 'play' });
}

// stepper makes the page inside the host's shadow: neither styles nor ids of what is around it
// meet its own, and all keys seem to come from the host.
function stepper(host, packed, style) {
  if (host.shadowRoot) { return; }
  const graph = unpack(packed);
  let walk = newWalk(graph);
  const play = inShadow(host, style), shadow = host.shadowRoot;
  const page = build(play, graph, around(host));

  function say(text) { page.say.textContent = text; }

  function look(said) {
    if (walk.at === 0) { walk.helped = false; }
    render(page, walk);
    if (graph.level && reached(walk) >= 0 && !walk.helped) {
      keep(graph.title, { switches: switches(walk), par: fewest(graph), schedule: scheduleText(walk) });
    }
    say(said);
  }

  function move(step) {
    if (step.to === BEYOND) { say('This step is not taken: ' + outside(graph) + '. Undo, or take another one.'); return; }
    take(walk, step);
    look(told(walk));
  }

  // press is what a goroutine's key or button does. Of several choices it offers one after another.
  function press(by) {
    const choices = movesOf(now(walk), by);
    if (choices.length === 1) { move(choices[0]); return; }
    if (choices.length === 0) { say(sentence(cannot(now(walk), by, graph.names[by])) + ending(walk)); return; }
    const buttons = Array.from(page.rows[by].choices.querySelectorAll('button'));
    const at = buttons.indexOf(shadow.activeElement);
    buttons[(at + 1) % buttons.length].focus();
    const key = letter(graph.names[by]) || by;
    say(graph.names[by] + ' has ' + choices.length + ' choices: press one, or ' + key + ' for the next and Enter for this one.');
  }

  // assist steps on, with which step says, until done says enough; the last step is told.
  function assist(which, done) {
    let n = 0;
    const seen = new Set();
    for (let step = which(now(walk), lastBy(walk)); step && step.to !== BEYOND && !seen.has(step); step = which(now(walk), lastBy(walk))) {
      seen.add(step);
      take(walk, step);
      n++;
      if (done(n)) { break; }
    }
    return n;
  }

  function breakIt(all) {
    const node = now(walk);
    if (fewest(graph) < 0) { say(graph.none); return; }
    if (reached(walk) >= 0) { say('The goal is reached already.'); return; }
    if (!canReach(node)) { say('From here the goal cannot be reached any more' + undos(walk) + '.'); return; }
    walk.helped = true;
    const n = assist(best, () => !all || now(walk).goal);
    look((n > 1 ? n + ' steps were taken for you. ' : '') + told(walk));
  }

  const act = {
    undo: () => {
      if (walk.at === 0) { say('There is nothing to undo.'); return; }
      walk.at--;
      look('Undone. ' + standing(walk));
    },
    redo: () => {
      if (walk.at === walk.steps.length) { say('There is nothing to redo.'); return; }
      walk.at++;
      look(told(walk));
    },
    reset: () => { walk.at = 0; look('Back at the start; redo brings the steps back. ' + standing(walk)); },
    never: () => {
      const least = fewest(graph), wrong = '\u2717 It can: ' + plural(least, 'switch is', 'switches are') + ' enough. Try again.';
      const right = least < 0 && !isCut(graph);
      say(least >= 0 ? wrong : (right ? '\u2713 Right. ' : '') + graph.none + (right ? lessonOf(graph) : ''));
      if (right && graph.level) { keep(graph.title, { switches: 0, par: -1, schedule: '' }); }
      if (right) { setState(page, '\u2713 It cannot be reached.', 'good'); }
      page.say.className = 'say' + (least >= 0 ? ' bad' : isCut(graph) ? '' : ' good');
    },
    one: () => breakIt(false),
    all: () => breakIt(true),
    rest: () => {
      const n = assist(goOn, () => false), more = now(walk).moves.length > 0;
      if (n === 0) { look('Nobody can move on this page. ' + ending(walk)); return; }
      look(plural(n, 'step', 'steps') + ' taken, each goroutine for as long as it can move. ' + told(walk) +
        (more ? ' It would go on: the states come again, or are not on this page.' : ''));
    },
    follow: () => {
      const result = follow(graph, page.schedule.value);
      if (result.error) { page.wrong.textContent = result.error; page.schedule.setAttribute('aria-invalid', 'true'); return; }
      walk = result.walk;
      look('The schedule was followed. ' + told(walk));
    },
  };
  page.rows.forEach((row, by) => { row.button.onclick = () => press(by); });
  page.play.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) { return; }
    if (button.dataset.act) { act[button.dataset.act](); }
    if (button.dataset.move) { move(now(walk).moves[Number(button.dataset.move)]); }
  });
  page.schedule.addEventListener('beforeinput', (event) => { if (event.inputType === 'insertLineBreak') { event.preventDefault(); } });
  shadow.addEventListener('keydown', (event) => keys(event, host, page, graph, act, press));
  look('You are the scheduler: choose who moves next. ' + ended(memoryText(now(walk))));
  takeFocus(host, play);
}

// keys takes all keys but those that keysAround has for what is around the host.
function keys(event, host, page, graph, act, press) {
  if (keysAround(event, host)) { return; }
  const inBox = event.target === page.schedule;
  if (inBox && event.key !== 'Enter') { return; }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const named = inBox ? { Enter: act.follow } : { u: act.undo, Backspace: act.undo, r: act.redo, s: act.reset, n: act.one, x: act.all, v: act.never };
  const by = inBox ? -1 : goroutineOf(key, graph.names);
  if (named[key]) { named[key](); } else if (by >= 0) { press(by); } else { return; }
  event.preventDefault();
}

// around is what a host stands in that can have the keyboard, such as JupyterLab's cell, from where Lab's keys lead on, or null.
function around(host) { return host.parentElement.closest('[tabindex]'); }

// keysAround keeps keys from JupyterLab, where d d deletes a cell, but Ctrl S, which saves the
// notebook and which it would not see, as the host keeps shortcuts away. It reports whether a key is done with.
function keysAround(event, host) {
  event.stopPropagation();
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
    const copy = new KeyboardEvent('keydown', { key: event.key, code: event.code, keyCode: event.keyCode, ctrlKey: event.ctrlKey,
      metaKey: event.metaKey, shiftKey: event.shiftKey, bubbles: true, cancelable: true });
    if (!host.parentElement.dispatchEvent(copy)) { event.preventDefault(); }
    return true;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) { return true; }
  const cell = around(host);
  if (event.key === 'Escape' || event.key === 'Enter' && event.shiftKey && cell && cell.matches('.jp-Cell')) {
    const next = event.key === 'Enter' && cell.nextElementSibling;
    if (cell) { (next || cell).focus(); }
    event.preventDefault();
    return true;
  }
  return false;
}

// takeFocus gives the keyboard to whoever has just run this one cell in JupyterLab, where a key pressed beside the stepper may insert
// cells or cut them. Not under Run All, not when a notebook is opened, and not from somebody who is writing.
function takeFocus(host, play) {
  const cell = host.closest('.jp-Cell'), prompt = cell && cell.querySelector('.jp-InputPrompt');
  // What is shown may be drawn when the kernel has already said that it is done: then somebody has pressed a key in these seconds.
  const pressed = navigator.userActivation && navigator.userActivation.isActive;
  if (!prompt || !(pressed || prompt.textContent.includes('*')) || cell.closest('.jp-mod-editMode')) { return; }
  const at = [cell, cell.nextElementSibling].find((c) => c && c.classList.contains('jp-mod-active'));
  if (!at) { return; }
  setTimeout(() => {
    const room = cell.closest('.jp-WindowedPanel-outer, .jp-Notebook').clientHeight;
    play.focus({ preventScroll: true });
    host.scrollIntoView({ block: play.offsetHeight < room ? 'nearest' : 'start' });
  });
}

// letter is the key of a goroutine, besides its number; letters after l are other keys.
function letter(name) { return name === 'main' ? 'm' : /^[A-L]$/.test(name) ? name.toLowerCase() : ''; }

function goroutineOf(key, names) {
  if (/^[0-9]$/.test(key)) { return Number(key) < names.length ? Number(key) : -1; }
  return names.findIndex((name) => letter(name) === key);
}

// ---- What is said ----

function sentence(text) { return text && ended(text.charAt(0).toUpperCase() + text.slice(1)); }

// A name keeps its first letter as it is: a and A are two variables.
function ended(text) { return text && text + (/[.!?]$/.test(text) ? ' ' : '. '); }

function told(walk) {
  if (walk.at === 0) { return standing(walk); }
  const step = walk.steps[walk.at - 1], printed = printedBy(walk);
  const did = 'Step ' + walk.at + (isSwitch(walk, walk.at - 1) ? ', a switch to ' : ', ') + walk.graph.names[step.by] + ': ' + step.text;
  const also = step.text.indexOf(printed) < 0 ? sentence('printed ' + printed) : '';
  return sentence(did) + sentence(step.note) + also + changes(walk) + ending(walk);
}

function printedBy(walk) {
  const before = nodeAt(walk, Math.max(walk.at - 1, 0)).output;
  return now(walk).output.slice(before.length).trim();
}

function changes(walk) {
  const before = nodeAt(walk, Math.max(walk.at - 1, 0)).memory;
  return now(walk).memory.filter((v) => was(before, v)).map((v) => ended(v.name + ' is ' + v.value + ', ' + was(before, v))).join('');
}

function memoryText(node) { return node.memory.map((v) => v.name + ' is ' + v.value).join(', '); }

function standing(walk) {
  return plural(walk.at, 'step', 'steps') + ' so far. ' + ended(memoryText(now(walk))) + ending(walk);
}

function ending(walk) {
  const node = now(walk), goal = reached(walk), n = switches(walk), least = fewest(walk.graph);
  const end = node.end ? 'End: ' + node.end + '. ' : '';
  if (goal >= 0 && (node.goal || node.end)) {
    return end + '\u2713 Goal reached, with ' + plural(n, 'switch', 'switches') + ', par ' + least + ': ' + par(walk.graph, n, least) +
      (!walk.graph.level ? '' : walk.helped ? ' It was shown to you, so it is not kept as won: start again, and do it yourself.' :
        lessonOf(walk.graph)) + ' Your schedule: ' + scheduleText(walk);
  }
  if (node.end) { return end + '\u2717 Goal not reached' + undos(walk) + '.'; }
  return node.moves.length ? '' : 'What follows is not on this page: undo and take another way.';
}

// lessonOf says where to read on. A level of a student's own has no number, and nothing below it.
function lessonOf(graph) { return graph.level && /^[0-9]+\. /.test(graph.title) ? ' What there is to learn stands below.' : ''; }

function par(graph, n, least) {
  return n > least ? 'it can be done with fewer.' : isCut(graph) ? 'no way with fewer is known.' : 'no way has fewer.';
}

// undos says how far back the goal can still be reached.
function undos(walk) {
  let n = 0;
  while (n < walk.at && !canReach(nodeAt(walk, walk.at - n))) { n++; }
  if (n === 0 || !canReach(nodeAt(walk, walk.at - n))) { return ''; }
  return '; ' + (n === walk.at ? 'start again' : 'undo ' + plural(n, 'step', 'steps') + ', or more') + ', and try another way';
}

function noteOf(walk, i) {
  const all = [];
  if (isSwitch(walk, i)) { all.push('~ switch'); }
  if (walk.steps[i].note) { all.push('! ' + walk.steps[i].note); }
  return all.join('; ');
}

// ---- Building ----

function build(play, graph, leads) {
  [['role', 'group'], ['aria-labelledby', 'title'], ['tabindex', '-1']].forEach(([name, value]) => play.setAttribute(name, value));
  make(play, 'p', graph.title, { id: 'title' });
  const goal = make(play, 'p', 'Goal: ' + graph.goal + '. ', { 'class': 'goal' });
  const page = { play: play, graph: graph, state: make(goal, 'strong') };
  if (graph.level) {
    const before = make(goal, 'span', '', { 'class': 'small', id: 'before' });
    onWins(() => { const win = wins()[graph.title]; before.textContent = win ? winText(win) : ''; });
  }
  if (isCut(graph)) {
    make(play, 'p', 'The program has more states than a page has room for. Here are ' + graph.nodes.length +
      ', near the shortest way to the goal; a step that leads out of them says so.', { 'class': 'small' });
  }
  const split = make(play, 'div', '', { 'class': 'split' });
  const left = make(split, 'div', '', { 'class': 'left' });
  page.source = buildSource(scrolling(left, 'source', 'The program, and who stands where'), graph);
  const side = make(split, 'div', '', { 'class': 'side' });
  page.say = make(side, 'p', '', { 'class': 'say', role: 'status' });
  page.rows = buildRows(make(side, 'div', '', { role: 'group', 'aria-label': 'Who moves next' }), graph);
  page.tools = buildTools(side);
  page.memory = make(side, 'table', '', { 'class': 'memory' });
  page.output = make(side, 'div', '', { 'class': 'output' });
  page.stepsTitle = make(play, 'p', '', { 'class': 'caption' });
  page.steps = scrolling(play, 'steps', 'Steps so far');
  buildSchedule(play, page);
  const movers = graph.names.map((name, i) => letter(name) || (i < 10 ? String(i) : '')).filter((k) => k).join(' ');
  make(play, 'p', 'Keys: ' + movers + ' move; u undo; r redo; s start; n one step for me; x all of them; v it cannot be broken' + (leads ? '; Esc out of here.' : '.'), { 'class': 'small keys' });
  return page;
}

function isCut(graph) { return graph.nodes.some((n) => (!n.end && !n.moves.length) || n.moves.some((m) => m.to === BEYOND)); }

// scrolling is a box that scrolls, which the keyboard must be able to reach.
function scrolling(parent, kind, label) {
  return make(parent, 'div', '', { 'class': kind, role: 'group', tabindex: '0', 'aria-label': label });
}

function buildSource(box, graph) {
  const width = marksPerLine(graph);
  box.style.setProperty('--marks', graph.names.length > 1 ? width : 1);
  const lines = {};
  graph.source.forEach((code, i) => {
    const line = make(box, 'div', '', { 'class': 'line' });
    const gutter = make(line, 'span', '', { 'class': 'gutter' });
    make(gutter, 'span', String(graph.first + i), { 'class': 'number' });
    lines[graph.first + i] = { line: line, marks: make(gutter, 'span', '', { 'class': 'marks' }), did: null };
    make(line, 'code', code || ' ');
    lines[graph.first + i].did = make(line, 'span', '', { 'class': 'did' });
  });
  return { box: box, lines: lines };
}

function buildRows(box, graph) {
  return graph.names.map((name, by) => {
    const row = make(box, 'div', '', { 'class': 'row' });
    const button = make(row, 'button', '', { type: 'button', 'data-goroutine': name });
    badge(button, graph.names, by);
    const label = make(button, 'span', '', { 'class': 'label' }), choices = make(row, 'div', '', { 'class': 'choices' });
    // Room for local variables where there ever are any, so that nothing jumps about.
    const hasLocals = graph.nodes.some((n) => n.threads[by] && n.threads[by].locals.length);
    return { button: button, label: label, choices: choices, locals: make(row, 'div', '', { 'class': hasLocals ? 'locals' : '' }) };
  });
}

function buildTools(side) {
  const box = make(side, 'div', '', { 'class': 'tools' }), tools = {};
  const tool = (act, text) => { tools[act] = make(box, 'button', text, { type: 'button', 'data-act': act }); };
  tool('undo', 'Undo');
  tool('redo', 'Redo');
  tool('reset', 'Start again');
  tool('one', 'Break it for me: one step');
  tool('all', 'Break it for me: all');
  tool('rest', 'Let the rest run');
  tool('never', 'It cannot be broken');
  return tools;
}

function buildSchedule(play, page) {
  const box = make(play, 'div', '', { 'class': 'schedule' });
  make(box, 'label', 'Schedule so far. You may write one here and follow it:', { 'for': 'schedule' });
  page.schedule = make(box, 'textarea', '', {
    id: 'schedule', rows: '1', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', 'aria-describedby': 'wrong',
  });
  make(box, 'button', 'Follow', { type: 'button', 'data-act': 'follow' });
  page.wrong = make(box, 'p', '', { id: 'wrong', role: 'alert' });
}

// ---- Showing a state ----

function render(page, walk) {
  const node = now(walk), before = nodeAt(walk, Math.max(walk.at - 1, 0)), goal = reached(walk);
  if (goal >= 0) { setState(page, '\u2713 Reached.', 'good'); } else if (node.end) { setState(page, '\u2717 Not reached.', 'bad'); } else {
    setState(page, 'Not reached yet' + (lastStep(walk) ? ': one step more.' : '.'), '');
  }
  page.say.className = 'say ' + page.state.className;
  renderSource(page, walk, node);
  const focused = page.play.getRootNode().activeElement;
  page.rows.forEach((row, by) => renderRow(row, page, by, node, before));
  if (focused && !focused.isConnected) { page.play.focus(); } // a choice that is gone
  off(page.tools.undo, walk.at === 0);
  off(page.tools.reset, walk.at === 0);
  off(page.tools.redo, walk.at === walk.steps.length);
  off(page.tools.rest, !node.moves.length);
  renderMemory(page.memory, node, before);
  renderOutput(page.output, node.output, before.output);
  page.stepsTitle.textContent = walk.at ? stepsTitle(walk) : '';
  renderSteps(page.steps, walk);
  page.schedule.value = scheduleText(walk);
  page.schedule.removeAttribute('aria-invalid');
  page.wrong.textContent = '';
}

function setState(page, text, look) {
  page.state.textContent = text;
  page.state.className = look;
}

// lastStep reports whether nothing is left but one step to the goal. So it is when all is printed and main still has to end.
function lastStep(walk) {
  const next = now(walk).moves;
  return next.length > 0 && next.every((m) => m.to !== BEYOND && walk.graph.nodes[m.to].goal);
}

// off is not the attribute disabled, which would throw the keyboard's focus away and say nothing.
function off(button, is) { button.setAttribute('aria-disabled', is ? 'true' : 'false'); }

function renderSource(page, walk, node) {
  const lines = page.source.lines;
  Object.keys(lines).forEach((n) => { lines[n].marks.textContent = ''; lines[n].did.textContent = ''; lines[n].line.className = 'line'; });
  node.threads.forEach((thread, by) => {
    const line = lines[thread.line];
    if (!line || thread.status === ENDED) { return; }
    const mark = badge(line.marks, page.graph.names, by, thread.status !== READY);
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', page.graph.names[by] + (thread.status === READY ? ' is here' : ' is here, ' + statusText(thread)));
    line.line.classList.add('here');
  });
  if (walk.at === 0) { page.source.box.scrollTop = 0; return; }
  const step = walk.steps[walk.at - 1], at = lines[nodeAt(walk, walk.at - 1).threads[step.by].line];
  if (at) { at.did.textContent = '\u25c2 ' + page.graph.names[step.by] + ' ' + step.text; }
  const next = node.threads[step.by] && lines[node.threads[step.by].line];
  [at, next].forEach((l) => { if (l) { intoView(page.source.box, l.line); } });
}

// intoView scrolls the box and never the page around it.
function intoView(box, line) {
  const top = line.offsetTop - box.offsetTop, room = line.offsetHeight;
  if (top < box.scrollTop + room) { box.scrollTop = top - room; }
  if (top + 2 * room > box.scrollTop + box.clientHeight) { box.scrollTop = top + 2 * room - box.clientHeight; }
}

function renderRow(row, page, by, node, before) {
  const thread = node.threads[by], choices = movesOf(node, by), name = page.graph.names[by];
  off(row.button, choices.length === 0);
  row.label.textContent = '';
  make(row.label, 'span', labelOf(node, thread, choices));
  if (thread && thread.line && thread.status !== ENDED) { make(row.label, 'span', 'line ' + thread.line, { 'class': 'at' }); }
  row.choices.textContent = '';
  if (choices.length > 1) {
    choices.forEach((m) => {
      const label = name + '/' + m.choice + ' ' + m.text + outOfPage(m);
      make(row.choices, 'button', label, { type: 'button', 'data-move': String(node.moves.indexOf(m)) });
    });
  }
  row.locals.textContent = '';
  const old = before.threads[by] ? before.threads[by].locals : [];
  (thread ? thread.locals : []).forEach((v, i) => {
    if (i) { row.locals.appendChild(document.createTextNode(', ')); }
    make(row.locals, 'span', v.name + ' = ' + v.value);
    if (before !== node && was(old, v)) { make(row.locals, 'strong', ' \u2731 ' + was(old, v)); }
  });
}

function outOfPage(move) { return move.to === BEYOND ? ' (leads out of this page)' : ''; }

function labelOf(node, thread, choices) {
  if (!thread) { return 'not started yet'; }
  if (choices.length > 1) { return (inCommon(choices.map((m) => m.text)) || thread.next) + ', choose'; }
  if (choices.length === 1) { return thread.next + outOfPage(choices[0]); }
  return thread.status === READY ? (node.end ? 'goes no further' : 'goes on, but not on this page') : statusText(thread);
}

// inCommon is what texts begin with, by whole words; what each goes on with is left open. It is empty if they begin in different ways.
function inCommon(texts) {
  const words = texts.map((text) => text.split(' ')), first = words[0];
  let n = 0;
  while (n < first.length && words.every((w) => w[n] === first[n])) { n++; }
  return n && first.slice(0, n).join(' ') + ' \u2026';
}

function renderMemory(table, node, before) {
  table.textContent = '';
  make(table, 'caption', 'Shared memory');
  node.memory.forEach((v) => {
    const row = make(table, 'tr'), change = before === node ? '' : was(before.memory, v);
    make(row, 'th', v.name, { scope: 'row' });
    const cell = make(row, 'td', v.value);
    if (change) { make(cell, 'strong', ' \u2731 ' + change); }
  });
  if (!node.memory.length) { make(make(table, 'tr'), 'td', 'nothing'); }
}

function renderOutput(box, output, before) {
  box.textContent = '';
  const old = output.slice(0, before.length) === before ? before : '';
  make(box, 'p', output ? 'Output so far' : 'Output so far: nothing', { 'class': 'caption' });
  if (!output) { return; }
  const pre = make(box, 'pre', old);
  if (output !== old) { make(pre, 'strong', output.slice(old.length).replace(/\n$/, '') + ' \u2731 printed now'); }
}

function stepsTitle(walk) {
  const rest = walk.at > MOST_ROWS ? '. Only the last ' + MOST_ROWS + ' are shown.' : '';
  return 'Steps so far: ' + walk.at + ', switches: ' + switches(walk) + rest;
}

function renderSteps(box, walk) {
  box.textContent = '';
  box.hidden = walk.at === 0;
  const names = walk.graph.names, table = make(box, 'table'), head = make(make(table, 'thead'), 'tr'), body = make(table, 'tbody');
  const from = Math.max(0, walk.at - MOST_ROWS);
  ['step'].concat(names, 'memory', 'note').forEach((h) => make(head, 'th', h, { scope: 'col' }));
  for (let i = from; i < walk.at; i++) {
    const row = make(body, 'tr', '', isSwitch(walk, i) ? { 'class': 'switch' } : {}), line = nodeAt(walk, i).threads[walk.steps[i].by].line;
    make(row, 'th', String(i + 1), { scope: 'row' });
    names.forEach((n, by) => make(row, 'td', by === walk.steps[i].by ? (line ? 'line ' + line + ': ' : '') + walk.steps[i].text : ''));
    make(row, 'td', nodeAt(walk, i + 1).memory.map((v) => v.name + '=' + v.value).join(', '));
    make(row, 'td', noteOf(walk, i));
  }
  box.scrollTop = box.scrollHeight;
  const did = body.lastChild && body.lastChild.children[1 + walk.steps[walk.at - 1].by];
  if (did && did.offsetLeft + did.offsetWidth > box.clientWidth) { box.scrollLeft = did.offsetLeft + did.offsetWidth - box.clientWidth; }
}

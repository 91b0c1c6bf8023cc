function stepper(root, P, goal) {
  'use strict';
  if (root.dataset.ready) { return; }
  root.dataset.ready = 'yes';
  var first = { v: P.v.map(function (x) { return x[1]; }), w: P.v.map(function () { return [0, -1]; }),
    c: P.c.map(function () { return []; }), p: -1, text: '', by: -1, note: '' };
  first.t = P.t.map(function (x) { return { pc: 0, ph: 0, h: 0, r: Array(x.r).fill(0), f: Array(x.r).fill(0) }; });
  P.t.forEach(function (x, t) { settle(first, t); });
  var past = [first];

  // The interpreter: what package interleaving does, for one run at a time. In a
  // state, v is shared memory, w each variable's count of writes and last writer, c
  // the channels, p the condition whose signal has to choose, and t the threads:
  // place, phase (0 ready, 1 asleep, 2 woken, 3 offering), mutexes held, registers,
  // and from which write of which variable each register's value was made.
  function op(s, t) { return P.t[t].p[s.t[t].pc]; }
  function num(s, t, a) { return Array.isArray(a) ? s.t[t].r[a[0]] : a || 0; }
  function owner(s, m) { return s.t.findIndex(function (x) { return x.h >> m & 1; }); }
  function obj(o) { return o.i || 0; }
  function asleep(s, t, k) { return s.t[t].ph === 1 && obj(op(s, t)) === k; }
  function why(s, t) { // '' if the thread can move
    var o = op(s, t), ph = s.t[t].ph, i = o && obj(o), m, h;
    if (!o) { return 'has finished'; }
    if (s.p >= 0) { return asleep(s, t, s.p) ? '' : ph === 1 ? 'sleeps on ' + P.k[i] : 'waits until a sleeper is chosen'; }
    if (ph === 1) { return 'sleeps on ' + P.k[i]; }
    if (ph === 3) { return 'waits for a receiver on ' + P.c[i][0]; }
    if (ph === 2 || o.o === 'Lock') {
      m = ph === 2 ? o.j || 0 : i;
      h = owner(s, m);
      return h < 0 ? '' : 'waits for ' + P.m[m] + (h === t ? ', which it holds itself' : ', held by ' + P.t[h].n);
    }
    if (o.o === 'Send' && s.c[i].length >= Math.max(P.c[i][1], 1)) { return 'waits for room in ' + P.c[i][0]; }
    if (o.o === 'Receive' && !s.c[i].length) { return 'waits for a value from ' + P.c[i][0]; }
    return '';
  }
  function settle(s, t) { // steps that nobody else can see
    var x = s.t[t], said = '', n, o, a, b, go;
    for (n = 0; n < 1e5; n++) {
      o = op(s, t);
      if (!o || !/^(Let|AddTo|Jump|JumpIf)$/.test(o.o)) { return said; }
      x.pc++;
      a = num(s, t, o.a);
      b = num(s, t, o.b);
      go = o.o === 'Jump' || o.o === 'JumpIf' && [a === b, a !== b, a < b, a <= b, a > b, a >= b][o.j || 0];
      if (o.o === 'Let') { x.r[o.r] = a; x.f[o.r] = Array.isArray(o.a) ? x.f[o.a[0]] : 0; }
      if (o.o === 'AddTo') { x.r[o.r] += a; }
      if (go) { x.pc = o.g; }
      if (go || o.o[0] !== 'J') { said += '; ' + o.t; }
    }
  }
  function write(s, t, i, value) { s.v[i] = value; s.w[i] = [s.w[i][0] + 1, t]; }
  function step(s, t) {
    var o = op(s, t), x = s.t[t], i = obj(o), j = o.j || 0, a = num(s, t, o.a), old = s.v[i], named = Array.isArray(o.a), who, f;
    s.by = t;
    s.note = '';
    s.text = o.t;
    if (x.ph === 1) { s.p = -1; x.ph = 2; s.text = 'woken by ' + P.k[i]; return; }
    if (x.ph === 2) { x.h |= 1 << j; x.ph = 0; x.pc++; s.text = 'woken: lock ' + P.m[j] + settle(s, t); return; }
    function set(value, from) { x.r[o.r] = value; x.f[o.r] = from || 0; s.text += ' (' + value + ')'; }
    switch (o.o) {
      case 'Load': set(old, [i, s.w[i][0]]); break;
      case 'Store':
        f = named && x.f[o.a[0]];
        if (f && f[0] === i && f[1] !== s.w[i][0] && s.w[i][1] !== t) { s.note = 'overwrites ' + old + ': lost update'; }
        if (named) { s.text += ' (' + a + ')'; }
        write(s, t, i, a);
        break;
      case 'TestAndSet': set(old); write(s, t, i, 1); break;
      case 'FetchAndAdd': write(s, t, i, old + a); set(old); break;
      case 'CompareAndSwap':
        f = num(s, t, o.b);
        if (old === a) { write(s, t, i, f); }
        set(old === a ? 1 : 0);
        break;
      case 'Lock': x.h |= 1 << i; break;
      case 'Unlock':
      case 'Wait':
        who = o.o === 'Wait' ? j : i;
        if (owner(s, who) !== t) { s.note = 'error: ' + P.t[t].n + ' does not hold ' + P.m[who]; }
        x.h &= ~(1 << who);
        if (o.o === 'Wait') { x.ph = 1; return; }
        break;
      case 'Send':
        s.c[i].push(a);
        if (named) { s.text += ' (' + a + ')'; }
        if (!P.c[i][1]) { x.ph = 3; return; }
        break;
      case 'Receive':
        set(s.c[i].shift());
        s.t.forEach(function (y, k) {
          if (y.ph === 3 && obj(op(s, k)) === i) { y.ph = 0; y.pc++; settle(s, k); }
        });
        break;
      case 'Signal':
      case 'Broadcast':
        who = s.t.filter(function (y, k) { return asleep(s, k, i); });
        if (o.o === 'Signal' && who.length > 1) { s.p = i; } else { who.forEach(function (y) { y.ph = 2; }); }
    }
    x.pc++;
    s.text += settle(s, t);
  }
  function crowd(s) { // marks a section with more than one thread in it
    P.s.forEach(function (name, k) {
      var n = s.t.filter(function (y, u) { var at = op(s, u); return at && at.s >> k & 1; }).length;
      if (n > 1) { s.note = n + ' threads in ' + name; }
    });
  }
  function memory(s) {
    var all = P.v.map(function (x, i) { return x[0] + '=' + s.v[i]; });
    P.m.forEach(function (x, i) { var h = owner(s, i); if (h >= 0) { all.push(x + ':' + P.t[h].n); } });
    P.c.forEach(function (x, i) { all.push(x[0] + ':[' + s.c[i].join(' ') + ']'); });
    return all.join(' ') || 'nothing';
  }
  function ended(s) { // '' while some thread can move
    var waits = P.t.map(function (x, t) { return why(s, t); });
    if (waits.indexOf('') >= 0) { return ''; }
    var stuck = s.t.some(function (x, t) { return op(s, t); });
    var i = P.v.findIndex(function (x) { return x[0] === goal.v; });
    var won = goal.d ? stuck : !stuck && s.v[i] === goal.n;
    var how = stuck ? 'Deadlock: ' + waits.map(function (w, t) { return P.t[t].n + ' ' + w; }).join('; ') : 'All threads have finished: ' + memory(s);
    return how + '. ' + (won ? '\u2713 Goal reached.' : '\u2717 Goal not reached. Undo or reset, and try another way.');
  }

  // The page.
  function el(parent, tag, text, attributes) {
    var e = document.createElement(tag);
    if (text) { e.textContent = text; }
    for (var k in attributes) { e.setAttribute(k, attributes[k]); }
    parent.appendChild(e);
    return e;
  }
  var id = root.id, still = root.querySelector('[data-part=still]'), q = '[data-stepper] ';
  el(root, 'style', q + 'button{font:inherit;color:#1b1b1b;background:#eef1f5;border:2px solid #3d3d3d;border-radius:6px;padding:6px 10px;margin:0 8px 8px 0;min-height:36px;cursor:pointer}' +
    q + 'button[aria-disabled=true]{background:#fff;border-style:dashed;color:#3d3d3d;cursor:not-allowed}' +
    q + ':focus-visible{outline:3px solid #0b3d91;outline-offset:2px}' +
    q + '.turns{max-height:16em;overflow:auto;margin:8px 0}' +
    q + 'table{border-collapse:collapse;font:13px ui-monospace,Menlo,Consolas,monospace;color:#1b1b1b;background:#fff}' +
    q + 'th,' + q + 'td{border:1px solid #767676;padding:3px 8px;text-align:left;color:#1b1b1b;background:#fff}' +
    q + 'caption{text-align:left;color:#1b1b1b}' +
    q + '[data-part=say]{min-height:3em;font-weight:bold}' +
    '@media print{' + q + '[data-part=play]{display:none}' + q + '[data-part=still]{display:block!important}}');
  var play = el(root, 'div', '', { 'data-part': 'play', role: 'group', 'aria-labelledby': id + '-title' });
  el(play, 'p', 'You are the scheduler: choose whose turn is next. Keys, while the focus is here: 0 to ' + (P.t.length - 1) + ' for a thread, u undo, r reset.');
  var bar = el(play, 'div', '', { role: 'group', 'aria-label': 'Whose turn is next' });
  var buttons = P.t.map(function (x, t) {
    var b = el(bar, 'button', '', { type: 'button', 'data-thread': t });
    b.onclick = function () { move(t); };
    return b;
  });
  var tools = el(play, 'div');
  function tool(text, name, act) { var b = el(tools, 'button', text, { type: 'button', 'data-do': name }); b.onclick = act; return b; }
  var undo = tool('Undo', 'undo', back), reset = tool('Reset', 'reset', again);
  var solve = tool('Show one solution', 'solve', function () { still.hidden = !still.hidden; look(); });
  el(play, 'p', '', { 'data-part': 'memory' });
  el(play, 'p', '', { 'data-part': 'say', role: 'status', 'aria-live': 'polite' });
  var box = el(play, 'div', '', { 'class': 'turns', tabindex: 0, role: 'region', 'aria-label': 'Turns so far' });
  var table = el(box, 'table');
  still.id = id + '-solution';
  still.hidden = true;
  solve.setAttribute('aria-controls', still.id);

  function now() { return past[past.length - 1]; }
  function part(name) { return root.querySelector('[data-part=' + name + ']'); }
  function say(text) { part('say').textContent = text; }
  function off(b, is) { b.setAttribute('aria-disabled', is ? 'true' : 'false'); }
  function look() {
    var s = now();
    buttons.forEach(function (b, t) {
      var w = why(s, t), o = op(s, t);
      // Not the attribute disabled, which would throw the keyboard's focus away.
      off(b, w);
      b.textContent = P.t[t].n + (w ? ' ' + w : ': ' + (s.t[t].ph === 1 ? 'wake up' : s.t[t].ph === 2 ? 'lock ' + P.m[o.j || 0] : o.t));
    });
    off(undo, past.length < 2);
    off(reset, past.length < 2);
    solve.setAttribute('aria-expanded', still.hidden ? 'false' : 'true');
    part('memory').textContent = 'Shared memory: ' + memory(s);
    table.textContent = '';
    el(table, 'caption', past.length < 2 ? 'No turn yet' : 'Turns so far');
    var row = el(table, 'tr');
    ['turn'].concat(P.t.map(function (x) { return x.n; }), 'memory', 'note').forEach(function (h) { el(row, 'th', h, { scope: 'col' }); });
    past.slice(1).forEach(function (p, n) {
      row = el(table, 'tr');
      el(row, 'th', String(n + 1), { scope: 'row' });
      P.t.forEach(function (x, t) { el(row, 'td', t === p.by ? p.text : ''); });
      el(row, 'td', memory(p));
      el(row, 'td', note(n + 1));
    });
    box.scrollTop = box.scrollHeight;
  }
  function note(n) {
    var p = past[n], all = [];
    if (n > 1 && past[n - 1].by !== p.by) { all.push('~ switch'); }
    if (p.note) { all.push('! ' + p.note); }
    return all.join('; ');
  }
  function move(t) {
    var w = why(now(), t), s, n;
    if (w) { say(P.t[t].n + ' cannot move: it ' + w + '. ' + ended(now())); return; }
    s = JSON.parse(JSON.stringify(now()));
    step(s, t);
    crowd(s);
    past.push(s);
    n = note(past.length - 1);
    look();
    say('Turn ' + (past.length - 1) + ', ' + P.t[t].n + ': ' + s.text + '. ' + (n ? n + '. ' : '') + (ended(s) || 'Memory: ' + memory(s) + '.'));
  }
  function back() {
    if (past.length < 2) { say('Nothing to undo.'); return; }
    past.pop();
    look();
    say('Undone. ' + (past.length - 1) + ' turns so far. Memory: ' + memory(now()) + '.');
  }
  function again() {
    past.length = 1;
    look();
    say('Reset. Memory: ' + memory(now()) + '.');
  }
  play.addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.altKey || e.metaKey) { return; }
    if (/^[0-9]$/.test(e.key) && +e.key < P.t.length) { move(+e.key); }
    else if (e.key === 'u') { back(); }
    else if (e.key === 'r') { again(); }
    else { return; }
    e.preventDefault();
    e.stopPropagation();
  });
  look();
  say('Nothing has run yet. Memory: ' + memory(now()) + '.');
}

// What makes the cells of a page run. The engine comes from engine.js, when a reader first asks for
// something, and runs in a worker, so that the page goes on whatever a cell does.
(() => {
  const places = [...document.querySelectorAll('.here')];
  const {engine: source, page: pageName} = document.currentScript.dataset;

  const element = (name, properties, ...children) => {
    const e = Object.assign(document.createElement(name), properties);
    e.append(...children);
    return e;
  };

  // addressOf gives where to load a file of the pages from: beside this one, or where this page is the
  // single file, out of it.
  const addressOf = (name, beside) => {
    const within = document.querySelector(`script[type="text/plain"][data-file="${name}"]`);
    return within ? URL.createObjectURL(new Blob([within.textContent], {type: 'text/javascript'})) : beside;
  };

  const engine = (() => {
    let parts, worker, ready, tell, fail, turn = 0;

    const unpack = async (text, packing) => {
      const packed = atob(text);
      const bytes = new Uint8Array(packed.length);
      for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
      if (packing === 'zstd') return courseEditor.decompress(bytes);
      return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
    };

    // A script tag is the only way to load a file from file://.
    const load = () => new Promise((resolve, reject) => {
      if (typeof WebAssembly === 'undefined' || typeof DecompressionStream === 'undefined') {
        reject('This browser cannot run Go here: it has no WebAssembly, or somebody has switched that off.');
        return;
      }
      performance.mark('engine asked for');
      const script = element('script', {src: addressOf('engine.js', source)});
      script.onerror = () => reject('The file engine.js, which runs Go, is not where this page looks for it. ' +
        'If the page is in a zip file, unpack all of it first.');
      script.onload = async () => {
        try {
          const [wasm, sources] = await Promise.all([unpack(courseEngine.wasm, courseEngine.packing), unpack(courseEngine.sources)]);
          resolve({
            module: await WebAssembly.compile(wasm), sources: new Uint8Array(sources),
            script: URL.createObjectURL(new Blob([courseEngine.worker], {type: 'text/javascript'})),
          });
          courseEngine = null;
        } catch (e) {
          reject('The file engine.js cannot be used: ' + e);
        }
      };
      document.head.append(script);
    });

    const start = () => {
      const mine = worker = new Worker(parts.script);
      ready = new Promise((resolve, reject) => {
        worker.onmessage = (event) => {
          const part = event.data;
          if (worker !== mine) return;
          if (part.kind === 'ready') {
            performance.mark('engine ready');
            resolve();
          } else if (part.kind !== 'dead') tell?.(part);
          else {
            const why = 'The engine has ended by itself: ' + part.text.split('\n')[0];
            worker = null;
            reject(why);
            fail?.(why);
          }
        };
      });
      ready.catch(() => {}); // whoever orders next is told
      worker.postMessage({module: parts.module, sources: parts.sources});
    };

    return {
      // load loads what is not there yet.
      async load() {
        parts ??= load();
        try {
          parts = await parts;
        } catch (e) {
          parts = null;
          throw e;
        }
        if (!worker) start();
      },
      // order resolves when all parts of the answer have been told. It rejects with a sentence that
      // says what is wrong, and with the empty one where it was stopped.
      async order(what, told) {
        const mine = ++turn;
        await this.load();
        if (mine !== turn) throw '';
        if (!worker) start();
        await ready;
        if (mine !== turn) throw '';
        return new Promise((resolve, reject) => {
          fail = reject;
          tell = (part) => part.kind === 'end' ? resolve() : told(part);
          worker.postMessage(what);
        });
      },
      // stop ends what runs. The next worker starts meanwhile.
      stop() {
        turn++;
        tell = null;
        if (worker) {
          worker.terminate();
          start();
        }
        fail?.('');
      },
    };
  })();

  // What a student has written stays in the browser, where that lets a file keep anything.
  const keep = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, text) { try { localStorage.setItem(key, text); } catch { /* it lasts as long as the page is open */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };
  const hash = (text) => {
    let h = 0;
    for (let i = 0; i < text.length; i++) h = Math.imul(h, 31) + text.charCodeAt(i) | 0;
    return (h >>> 0).toString(36);
  };

  // The different answers to an exercise, of which there is one hint more with each.
  const counts = {};
  const tries = (key, text) => {
    const all = counts[key] ??= (keep.get(key + ' tries') ?? '').split(' ').filter(Boolean);
    if (!all.includes(hash(text))) keep.set(key + ' tries', (all.push(hash(text)), all.join(' ')));
    return all.length;
  };
  const noTry = (key, text) => keep.set(key + ' tries', (counts[key] = counts[key].filter((other) => other !== hash(text))).join(' '));

  const versions = {}; // by cell: gives the text that is there now

  // The notebook with the cells as they are here, for JupyterLab and for grading.
  const save = async () => {
    if (!window.courseNotebooks) {
      await new Promise((resolve, reject) => {
        const script = element('script', {src: addressOf('notebooks.js', 'notebooks.js')});
        script.onload = resolve;
        script.onerror = () => reject('The file notebooks.js, which has the notebooks, is not beside this page.');
        document.head.append(script);
      });
    }
    const name = pageName + '.ipynb'; // whatever the file is called by now
    const notebook = structuredClone(courseNotebooks[name]);
    for (const cell of notebook.cells) {
      cell.source = versions[cell.id]?.() ?? cell.source;
    }
    const address = URL.createObjectURL(new Blob([JSON.stringify(notebook, null, 1) + '\n'], {type: 'application/x-ipynb+json'}));
    element('a', {href: address, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    return `Saved as ${name}, where your browser saves files.`;
  };
  const saver = element('button', {type: 'button', textContent: 'Save as notebook'});
  const saving = element('span', {className: 'status'});
  saving.setAttribute('role', 'status');
  saver.addEventListener('click', async () => {
    try { saving.textContent = await save(); } catch (e) { saving.textContent = String(e); }
  });
  document.querySelector('body > header')?.append(element('div', {className: 'here'}, saver, saving));

  // What a text leaves on a screen, as in JupyterLab: a carriage return leads to the line's beginning,
  // and what comes then is written over what stood there. On gives what was there, and where the next comes.
  const back = String.fromCharCode(8); // a backspace may not stand in a page
  const settled = (on, text) => {
    let {shown, at} = on;
    for (const piece of text.split(/([\n\r\b])/)) {
      if (piece === '\n') at = (shown += piece).length;
      else if (piece === '\r') at = shown.slice(0, at).lastIndexOf('\n') + 1;
      else if (piece !== back) {
        shown = at === shown.length ? shown + piece : shown.slice(0, at) + piece + shown.slice(at + piece.length);
        at += piece.length;
      } else if (at > 0 && shown[at - 1] !== '\n') {
        shown = shown.slice(0, at - 1) + shown.slice(at);
        at--;
      }
    }
    return {shown, at};
  };

  // The parts of a text in a terminal's colours. Its other orders are left out.
  const coloured = (text) => {
    const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
    let style = {};
    const order = (codes) => {
      for (const code of codes.split(';').map(Number)) {
        const name = names[code % 10];
        if (code === 0) style = {};
        else if (code === 1) style.weight = 'ansi-bold';
        else if (code === 4) style.line = 'ansi-underline';
        else if (code === 22) delete style.weight;
        else if (code === 24) delete style.line;
        else if (code === 39) delete style.ink;
        else if (code === 49) delete style.ground;
        else if (code === 38 || code === 48) return; // one of 256: the page's own can be read
        else if (code >= 30 && code < 38) style.ink = `ansi-${name}-fg`;
        else if (code >= 40 && code < 48) style.ground = `ansi-${name}-bg`;
        else if (code >= 90 && code < 98) style.ink = `ansi-${name}-intense-fg`;
        else if (code >= 100 && code < 108) style.ground = `ansi-${name}-intense-bg`;
      }
    };
    return text.split(/\x1b\[([\d;]*)m/).flatMap((piece, i) => {
      if (i % 2) {
        order(piece);
        return [];
      }
      const plain = piece.replace(/\x1b\[[\d;?]*[A-Za-z]/g, ''), classes = Object.values(style).join(' ');
      return classes && plain ? [element('span', {className: classes}, plain)] : [plain];
    });
  };

  let running = null; // the cell that has the engine

  for (const place of places) {
    const cell = place.closest('.cell');
    const shown = cell.querySelector('.highlight');
    const original = shown.textContent.replace(/\n$/, '');
    const key = ['multithreading', pageName, cell.id, hash(original)].join(' ');
    const number = cell.querySelector('.number')?.textContent.replace(/[^0-9]/g, '') ?? '';
    let editor = null;

    const text = () => editor ? editor.text() : original;
    versions[cell.id.replace('cell-id=', '')] = () => editor ? editor.text() : null;
    const changed = () => keep.set(key, text());
    // A plain field at once, and the editor as soon as engine.js has brought it, which is not loaded
    // before a reader asks for something.
    const edit = (content, asked) => {
      const id = cell.id + '-editor', name = `Go of cell ${number}`;
      const label = element('label', {className: 'edits', htmlFor: id, textContent: name});
      const field = element('textarea', {id, value: content, spellcheck: false, autocapitalize: 'off', wrap: 'off'});
      field.setAttribute('autocorrect', 'off');
      const fit = () => { field.rows = Math.max(field.value.split('\n').length, 2); };
      fit();
      field.addEventListener('input', () => { fit(); changed(); });
      field.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && event.shiftKey) {
          event.preventDefault();
          run('run');
        }
      });
      editor = {
        focus: () => field.focus(), text: () => field.value, remove: () => { label.remove(); field.remove(); },
      };
      shown.hidden = true;
      shown.before(label, field);
      buttons.edit.hidden = true;
      const plain = editor;
      const better = async () => {
        await engine.load();
        if (editor !== plain || !window.courseEditor) return;
        const had = document.activeElement === field;
        const place = element('div', {className: 'highlight editing'});
        field.before(place);
        editor = {
          ...courseEditor.edit(place, {text: field.value, label: name, at: field.selectionStart, changed, run: () => run('run')}),
          remove: () => { place.remove(); },
        };
        plain.remove();
        if (had) editor.focus();
      };
      const brought = () => better().catch((e) => { status.textContent = String(e); });
      if (asked) {
        field.focus();
        brought();
      } else {
        field.addEventListener('focus', brought, {once: true});
      }
    };
    const reset = () => {
      keep.drop(key);
      if (editor) {
        editor.remove();
        editor = null;
      }
      shown.hidden = false;
      buttons.edit.hidden = false;
      result.replaceChildren();
      status.textContent = 'As it was.';
    };

    let loading = []; // what is not yet shown as it will be
    const show = (html) => {
      const piece = element('div', {innerHTML: html});
      result.append(piece);
      // What comes as HTML does not run its scripts.
      for (const old of piece.querySelectorAll('script')) {
        const script = element('script', {src: URL.createObjectURL(new Blob([old.textContent], {type: 'text/javascript'}))});
        loading.push(new Promise((resolve) => { script.onload = script.onerror = resolve; }));
        old.replaceWith(script);
      }
    };
    // print adds to a printed text. What orders a screen about is drawn anew, a few times a second while
    // more comes.
    const print = (pre, text) => {
      if (!pre.on && !/[\r\b\x1b]/.test(text)) {
        pre.append(text);
        return;
      }
      pre.on = settled(pre.on ?? {shown: pre.textContent, at: pre.textContent.length}, text);
      const draw = () => {
        pre.drawing = null;
        pre.replaceChildren(...coloured(pre.on.shown));
      };
      if (pre.drawing) return;
      pre.drawing = new Promise((resolve) => { setTimeout(() => { draw(); resolve(); }, 50); });
      loading.push(pre.drawing);
    };
    let printed = null; // the last text, while it grows
    const told = (part) => {
      if (part.kind === 'again') {
        result.replaceChildren();
        printed = null;
      } else if (part.kind === 'shown') {
        show(part.text);
        printed = null;
      } else if (part.kind === 'fault') {
        result.append(element('pre', {className: 'complaint', textContent: part.text}));
      } else {
        if (!printed?.classList.contains(part.kind)) {
          printed = element('pre', {className: part.kind});
          result.append(printed);
        }
        print(printed, part.text);
        // Columns stay under each other; by keyboard one goes along with the arrow keys.
        if (part.kind === 'said') {
          printed.classList.add('wide');
          printed.tabIndex = 0;
          printed.setAttribute('role', 'group');
          printed.setAttribute('aria-label', 'What the engine says');
        }
      }
    };

    async function run(what) {
      if (running) engine.stop();
      const me = running = {};
      result.replaceChildren();
      printed = null;
      loading = [];
      status.textContent = 'Running …';
      buttons.stop.hidden = false;
      const begin = performance.now();
      const seconds = () => `${((performance.now() - begin) / 1000).toFixed(2)} s`;
      const asked = seed.value.trim();
      try {
        const source = text();
        await engine.order({
          do: what, source, exercise: place.dataset.exercise ?? '', anywhere: anywhere.checked,
          tries: what === 'judge' ? tries(key, source) : 0, seed: /^\d{1,9}$/.test(asked) ? +asked : Math.floor(Math.random() * 1000),
        }, (part) => part.kind === 'unread' ? noTry(key, source) : told(part));
        await Promise.all(loading);
        status.textContent = `Done in ${seconds()}.`;
      } catch (problem) {
        status.textContent = problem === '' ? `Stopped after ${seconds()}.` : String(problem);
      }
      if (running === me) running = null;
      buttons.stop.hidden = true;
    }

    const names = {
      check: 'Check', run: 'Run', explore: 'Explore', follow: 'Follow', step: 'Step', stop: 'Stop', edit: 'Edit', reset: 'Reset',
    };
    const buttons = {};
    const offered = place.dataset.do.split(' ');
    for (const [what, name] of Object.entries(names)) {
      if (!offered.includes(what) && !['stop', 'edit', 'reset'].includes(what)) continue;
      buttons[what] = element('button', {type: 'button', textContent: name});
      if (number) buttons[what].setAttribute('aria-label', `${name} cell ${number}`);
      buttons[what].addEventListener('click', () => {
        if (what === 'edit') edit(original, true);
        else if (what === 'reset') { reset(); buttons.edit.focus(); }
        else if (what === 'stop') engine.stop();
        else run(what === 'check' ? 'judge' : what);
      });
    }
    buttons.stop.hidden = true;
    const seed = element('input', {type: 'text', inputMode: 'numeric', size: 4, placeholder: 'any', maxLength: 9});
    const anywhere = element('input', {type: 'checkbox'});
    const status = element('span', {className: 'status'});
    status.setAttribute('role', 'status');
    const result = element('div', {className: 'result'});
    result.setAttribute('aria-live', 'polite');
    place.append(...Object.values(buttons));
    if (offered.includes('run')) {
      place.append(element('label', {}, 'Seed ', seed), element('label', {}, anywhere, ' A switch anywhere'));
    }
    place.append(status);
    place.after(result);
    const kept = keep.get(key);
    if (kept !== null && kept !== original) {
      edit(kept);
      status.textContent = 'Your version, kept in this browser.';
    }
  }
})();

(() => {
  const box = document.currentScript.previousElementSibling;
  const [input, button, status] = box.querySelectorAll('input, button, span');
  const key = 'multithreading prediction ' + box.dataset.prediction;
  const cell = box.closest('.jp-Cell'), next = cell && cell.nextElementSibling; // in JupyterLab
  const kept = 'Kept in this browser. Now run the next cell.';
  // 50,000 and 50_000 and 50 000 are one number, 0,5 is 0.5, and 1e3 is 1000. What might be meant in two ways, as 1,5,000, is none.
  const number = text => {
    const grouped = /^[-+]?[1-9]\d{0,2}(?:([,_'\s])\d{3})(?:\1\d{3})*(?:\.\d+)?$/, plain = /^[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[-+]?\d+)?$/i;
    const trimmed = text.trim();
    if (grouped.test(trimmed)) return Number(trimmed.replace(/[,_'\s]/g, ''));
    return plain.test(trimmed) ? Number(trimmed.replace(',', '.')) : NaN;
  };
  const keep = () => {
    const n = number(input.value);
    if (!Number.isFinite(n)) {
      status.textContent = 'Write a number in digits, like 42, 0.5 or 50,000, and no word or sign behind it.';
      return;
    }
    try {
      localStorage.setItem(key, JSON.stringify({ said: input.value.trim(), number: n }));
      status.textContent = kept;
    } catch {
      status.textContent = 'This browser keeps nothing here: remember it. Now run the next cell.';
    }
    document.dispatchEvent(new Event(key));
    if (next) next.focus();
  };
  status.textContent = 'Type a number and press Enter.';
  try {
    const before = JSON.parse(localStorage.getItem(key));
    if (before) [input.value, status.textContent] = [before.said, kept];
  } catch {}
  button.addEventListener('click', keep);
  box.addEventListener('keydown', event => {
    event.stopPropagation(); // JupyterLab has a meaning for most keys
    if (event.key === 'Enter') {
      event.preventDefault();
      if (event.shiftKey && next && !input.value.trim()) next.focus(); // who says nothing goes on
      else keep();
    } else if (event.key === 'Escape' && next) {
      next.focus();
    }
  });
  // Who has just run the cell, and is at the next one, may type at once. Not under Run All, and not when a notebook is opened.
  const running = cell && cell.querySelector('.jp-InputPrompt')?.textContent.includes('*');
  if (running && next && next.classList.contains('jp-mod-active')) setTimeout(() => input.focus());
})();

(() => {
  const box = document.currentScript.previousElementSibling;
  const [input, button, status] = box.querySelectorAll('input, button, span');
  const key = 'multithreading prediction ' + box.dataset.prediction;
  const cell = box.closest('.jp-Cell'), next = cell && cell.nextElementSibling; // in JupyterLab
  const kept = 'Kept in this browser. Now run the next cell.';
  // 50,000 and 50_000 and 50 000 are one number, and 0,5 is 0.5.
  const number = text => {
    const plain = text.trim().replace(/[\s_']/g, '').replace(/,(?=\d{3}(,|\.|$))/g, '').replace(',', '.');
    return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
  };
  const keep = () => {
    const n = number(input.value);
    if (Number.isNaN(n)) {
      status.textContent = 'Write a number, like 42, 0.5 or 50,000.';
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
      keep();
    } else if (event.key === 'Escape' && next) {
      next.focus();
    }
  });
  // Who has just run the cell, and is at the next one, may type at once. Not under Run All, and not when a notebook is opened.
  const running = cell && cell.querySelector('.jp-InputPrompt')?.textContent.includes('*');
  if (running && next && next.classList.contains('jp-mod-active')) setTimeout(() => input.focus());
})();

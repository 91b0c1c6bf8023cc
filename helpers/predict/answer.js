(() => {
  const line = document.currentScript.previousElementSibling, neutral = line.textContent;
  const { prediction, value, within, says, natural, because } = line.dataset;
  const key = 'multithreading prediction ' + prediction;
  const tell = () => {
    let guess = null;
    try {
      guess = JSON.parse(localStorage.getItem(key));
    } catch {}
    if (!guess) {
      line.textContent = neutral;
      return;
    }
    const right = Math.abs(guess.number - value) <= Math.abs(value) * within + 1e-9;
    const most = guess.number === Number(natural) ? guess.said + ' is natural: ' : 'Many say ' + natural + ': ';
    line.textContent = `You said ${guess.said}; ${says}.` + (right ? ' So you knew.' : because && ' ' + most + because);
  };
  document.addEventListener(key, tell);
  tell();
})();

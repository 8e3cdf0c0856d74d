// What Gradio's own script leaves out. `words` is filled in by theme.py.
(() => {
  const words = WORDS;
  const find = selector => document.querySelector(selector);
  const running = () => find('#stop, #leave') !== null;
  // Names the finished picture on the page; null without one, or while there is only the example.
  const result = () => find('#download:enabled') && ([...document.querySelectorAll('#compare img')].pop()?.src ?? null);
  let saved = null, lost = false;

  function notice(text) {
    find('#notice')?.remove();
    const box = Object.assign(document.createElement('div'), {id: 'notice', role: 'alert'});
    const close = Object.assign(document.createElement('button'), {textContent: '×', ariaLabel: words.close});
    close.onclick = () => box.remove();
    box.append(Object.assign(document.createElement('span'), {textContent: text}), close);
    document.body.append(box);
  }

  // Ask before a run or a result that was not downloaded is left behind.
  addEventListener('click', event => { if (event.target.closest?.('#download')) saved = result(); }, true);
  addEventListener('beforeunload', event => {
    if (!lost && (running() || (result() && result() !== saved))) event.preventDefault();
  });

  // Gradio says in a toast that the connection is lost, tries again every two seconds, and then reloads the page. Until then
  // its buttons and its status line would go on as if the run did.
  function leaveOff() {
    lost = true;
    const what = running() ? 'run' : result() && result() !== saved ? 'result' : 'page';
    sessionStorage.setItem('lost', what);
    notice(words.gone[what]);
    document.body.classList.add('lost');
    const paint = find('#paint'), status = find('#status .status span'), bar = find('#status .bar div');
    if (paint) paint.textContent = words.paint;
    if (what === 'run' && status) { status.textContent = words.unpainted; bar.style.width = 0; }
  }
  new MutationObserver(() => {
    const toasts = [...document.querySelectorAll('[data-testid=toast-text]')];
    if (!lost && toasts.some(toast => toast.textContent.startsWith('Connection to the server was lost'))) leaveOff();
  }).observe(document, {childList: true, subtree: true});

  // Gradio adds this script once the page is there.
  const what = sessionStorage.getItem('lost');
  sessionStorage.removeItem('lost');
  if (what) notice(words.back[what]);
})();

// What Gradio's own script leaves out: asks before a run or a result is lost, takes pasted pictures, tells of a lost
// connection. `words` is filled in by theme.py.
(() => {
  const words = WORDS;
  const find = selector => document.querySelector(selector);
  const running = () => find('#stop, #leave') !== null;
  const rebuilding = () => find('#in-stop-rebuild, #in-stop-excite, #in-stop-both, #in-stop-drafts') !== null;
  // The address of the finished picture on the page; null without one, or while there is only the example.
  const result = () => find('#unsaved')?.href
    ?? (find('#download:enabled') && ([...document.querySelectorAll('#compare img')].pop()?.src ?? null));
  // `ours`: a run has gone on since the page was opened. Only then leaving asks: a picture shown on return is kept anyway.
  let saved = null, ours = false, lost = false, lostBefore = false, leaving = -Infinity, was = null;

  function notice(text) {
    find('#notice')?.remove();
    const box = Object.assign(document.createElement('div'), {id: 'notice', role: 'alert'});
    const close = Object.assign(document.createElement('button'), {textContent: '×', ariaLabel: words.close});
    close.onclick = () => box.remove();
    box.append(Object.assign(document.createElement('span'), {textContent: text}), close);
    document.body.append(box);
  }

  // Ask before a run or a result that was not downloaded is left behind. Gradio's own listener for this event ends the
  // session at once, whatever the visitor then answers. This listener is registered first, and keeps the event from it.
  addEventListener('click', event => { if (event.target.closest?.('#download, #unsaved')) saved = result(); }, true);
  const unsaved = () => ours && result() && result() !== saved;
  addEventListener('beforeunload', event => {
    lostBefore = lost;
    leaving = performance.now();
    if (lost || !(running() || rebuilding() || unsaved())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  // A connection that ends because the visitor leaves the page does not count as lost.
  addEventListener('pagehide', () => { if (!lostBefore) sessionStorage.removeItem('lost'); });

  // A pasted picture goes to the input under the pointer or with the focus, or else to the first empty one, as if it
  // had been dropped there.
  addEventListener('paste', event => {
    const file = [...event.clipboardData.files].find(file => file.type.startsWith('image/'));
    if (!file || event.target.closest?.('input, textarea')) return;
    const inputs = [...document.querySelectorAll('#photo, #painting')];
    const to = inputs.find(input => input.matches(':hover, :focus-within')) ?? inputs.find(input => !input.querySelector('img'));
    const transfer = new DataTransfer();
    transfer.items.add(file);
    const target = to?.querySelector('img') ?? to?.querySelector('button');
    target?.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));
  });

  // Gradio says in a toast that the connection is lost, tries again every two seconds, and then reloads the page. Until then
  // its buttons and its status line would go on as if the run did.
  function leaveOff() {
    lost = true;
    const what = running() ? 'run' : unsaved() ? 'result' : 'page';
    sessionStorage.setItem('lost', what);
    notice(words.gone[what]);
    document.body.classList.add('lost');
    const paint = find('#paint'), status = find('#status .status span'), bar = find('#status .bar div');
    if (paint) paint.textContent = words.paint;
    if (what === 'run' && status) { status.textContent = words.unpainted; bar.style.width = 0; }
  }
  function check() {
    const toasts = [...document.querySelectorAll('[data-testid=toast-text]')];
    if (lost || !toasts.some(toast => toast.textContent.startsWith('Connection to the server was lost'))) return;
    if (performance.now() > leaving + 5000) leaveOff(); else setTimeout(check, 5000);
  }

  // The login page: after a wrong password Gradio empties both fields, without an event. The name is put back.
  let name = '', watched = false;
  function keepName({target}) {
    const login = '.wrap.min-h-screen:has([type=password]) input:not([type=password])';
    if (!target.matches?.(login)) return;
    name = target.value;
    if (!watched) setInterval(() => {
      const field = find(login);
      if (name && field?.value === '') { field.value = name; field.dispatchEvent(new Event('input', {bubbles: true})); }
    }, 200);
    watched = true;
  }
  addEventListener('input', keepName, true);

  // A browser that translates the page takes each text out of it and puts a <font> element in its place, while Gradio goes on
  // changing the text that it knows: the visitor would never see it. A text that changes out there returns to its place, where
  // it is translated anew.
  const places = new WeakMap();
  const returning = new MutationObserver(changes => changes.forEach(({target}) => {
    if (places.get(target)?.isConnected) places.get(target).replaceWith(target);
    places.delete(target);
  }));
  function remember({removedNodes, addedNodes, previousSibling, nextSibling}) {
    const font = [...addedNodes, previousSibling, nextSibling].find(node => node?.nodeName === 'FONT');
    if (!font) return;
    for (const node of removedNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      places.set(node, font);
      returning.observe(node, {characterData: true});
    }
  }

  // The slider of two pictures by keyboard: Gradio's can only be dragged, so the keys drag it.
  function drag({currentTarget: handle, key}, width = find('#compare .slider-wrap').clientWidth) {
    const by = {ArrowLeft: -0.05, ArrowRight: 0.05, Home: -1, End: 1}[key] * width;
    if (!by) return;
    const grip = handle.querySelector('.icon-wrap'), box = grip.getBoundingClientRect();
    const fire = (kind, target, x) => target.dispatchEvent(new MouseEvent(kind, {
      bubbles: true, cancelable: true, view: window, clientX: box.x + box.width / 2 + x, clientY: box.y + box.height / 2,
    }));
    fire('mousedown', grip, 0);
    fire('mousemove', window, by);
    fire('mouseup', window, by);
    setTimeout(() => tellPlace(handle), 50);
  }
  function tellPlace(handle) {
    const from = find('#compare .slider-wrap').getBoundingClientRect(), box = handle.querySelector('.icon-wrap').getBoundingClientRect();
    handle.ariaValueNow = Math.round(100 * (box.x + box.width / 2 - from.x) / from.width);
  }

  // Names for those who cannot see: Gradio gives these pictures and buttons none, or all the same.
  function nameParts() {
    const each = (selector, name) => document.querySelectorAll(selector).forEach(name);
    for (const [id, name] of [['photo', words.photo], ['painting', words.painting]]) {
      each(`#${id} img`, image => { image.alt = name; });
      each(`#${id} [aria-label="Remove Image"]`, button => { button.ariaLabel = `Remove Image: ${name}`; });
    }
    const sides = [...document.querySelectorAll('#kept .sides b')];  // two kept results that are compared
    each('#compare img', (image, n) => { image.alt = sides[n]?.textContent ?? [words.photo, words.result][n]; });
    each('#compare .outer:not([tabindex])', handle => {
      Object.assign(handle, {tabIndex: 0, role: 'slider', ariaLabel: words.compare});
      handle.addEventListener('keydown', event => { if (/^(Arrow|Home|End)/.test(event.key)) event.preventDefault(), drag(event); });
      tellPlace(handle);
    });
    each('.thumbnail-item:not([aria-label*=":"])', item => { item.ariaLabel += `: ${item.querySelector('img')?.alt}`; });
    each('a.download-link:not([aria-label])', link => {  // one stop for the keyboard, where a button lies in the link
      link.ariaLabel = words.download;
      each('a.download-link button', button => { button.tabIndex = -1; });
    });
  }

  // After a lost connection, once the server has said what it has kept.
  function tellWhatIsLeft() {
    const kept = find('#kept [data-running="0"]')?.dataset.kept;
    if (was === null || kept === undefined) return;
    notice(kept > 0 ? words.kept : words.back[was]);
    was = null;
  }
  // A change of the page comes in hundreds of steps: what need not be done in the same moment is done once for all of them.
  let soon = null;
  function look() {
    soon = null;
    nameParts();
    check();
    tellWhatIsLeft();
  }
  function changed(changes) {
    ours ||= running();
    changes.forEach(remember);
    soon ??= setTimeout(look, 50);
  }
  new MutationObserver(changed).observe(document, {childList: true, characterData: true, subtree: true});

  addEventListener('DOMContentLoaded', () => {
    document.title ||= words.title;  // the login page has none
    was = sessionStorage.getItem('lost');
    sessionStorage.removeItem('lost');
  });
})();

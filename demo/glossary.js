// Shows what a marked word (glossary.py) means: while it is pointed at or has the focus, and after a tap until the next one.
// `glossary` is filled in by theme.py: word -> sentences.
(() => {
  const glossary = GLOSSARY;
  const note = Object.assign(document.createElement('div'), {id: 'term-note', role: 'tooltip', hidden: true});
  let shown = null, leaving = 0;
  // An answer of the server may replace the word.
  const replaced = new MutationObserver(() => { if (!shown?.isConnected) hide(); });

  function show(word) {
    clearTimeout(leaving);
    if (shown === word) return;
    hide();
    shown = word;
    note.replaceChildren(Object.assign(document.createElement('b'), {textContent: word.dataset.term}),
      ` ${glossary[word.dataset.term]}`);
    document.body.append(note);
    note.hidden = false;
    word.setAttribute('aria-describedby', note.id);
    const at = word.getClientRects()[0], wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left, wide - note.offsetWidth - 8));
    const below = at.bottom + 6 + note.offsetHeight < innerHeight || at.top < note.offsetHeight + 6;
    const top = below ? at.bottom + 6 : at.top - note.offsetHeight - 6;
    note.style.left = `${left + scrollX}px`;
    note.style.top = `${top + scrollY}px`;
    replaced.observe(document.body, {childList: true, subtree: true});
  }

  function hide() {
    clearTimeout(leaving);
    replaced.disconnect();
    shown?.removeAttribute('aria-describedby');
    shown = null;
    note.hidden = true;
  }

  const term = event => event.target.closest?.('.term');
  // A mouse may move from the word onto the note, to read or to copy it.
  addEventListener('pointerover', event => {
    if (event.pointerType !== 'mouse') return;
    if (term(event)) show(term(event));
    else if (event.target.closest?.('#term-note')) clearTimeout(leaving);
    else if (shown && shown !== document.activeElement) { clearTimeout(leaving); leaving = setTimeout(hide, 250); }
  });
  addEventListener('focusin', event => { if (term(event)?.matches(':focus-visible')) show(term(event)); });
  addEventListener('focusout', event => { if (term(event) === shown) hide(); });
  addEventListener('click', event => {
    if (event.target.closest?.('#term-note')) return;
    const word = term(event), same = word && word === shown && event.detail && matchMedia('(hover: none)').matches;
    if (word && !same) show(word); else if (!word || same) hide();
  });
  addEventListener('keydown', event => {
    if (event.key === 'Escape') hide();
    if (!term(event) || !['Enter', ' '].includes(event.key)) return;
    event.preventDefault();
    show(term(event));
  });
})();

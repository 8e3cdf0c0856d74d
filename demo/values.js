// Says the value that is pointed at, or was tapped: in a picture of the explorer, a bar, or a curve. A picture's values are
// in its own file (nst_core/explore/readings.py), which is read when it is first pointed at.
(() => {
  const note = Object.assign(document.createElement('div'), {id: 'value-note', role: 'status', hidden: true});
  const files = new Map();  // address -> promise of readings; the latest few
  const bytes = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));

  async function load(address) {
    const file = new DataView(await (await fetch(address)).arrayBuffer());
    for (let at = 8; at + 12 <= file.byteLength; at += 12 + file.getUint32(at)) {
      if (file.getUint32(at + 4) !== 0x6e735476) continue;  // "nsTv"
      const packed = new Blob([new Uint8Array(file.buffer, at + 8, file.getUint32(at))]);
      const readings = await new Response(packed.stream().pipeThrough(new DecompressionStream('deflate'))).json();
      for (const reading of readings) {
        const raw = bytes(reading.data);
        reading.value = reading.top === undefined ? n => new DataView(raw.buffer).getFloat32(4 * n, true)
          : n => { const share = (raw[n] - 128) / 127; return reading.top * share * Math.abs(share); };
      }
      return readings;
    }
    return [];
  }
  function readingsOf(address) {
    if (!files.has(address)) files.set(address, load(address).catch(() => []));
    if (files.size > 12) files.delete(files.keys().next().value);
    return files.get(address);
  }

  // (x, y) are shares of the picture.
  function said(readings, x, y) {
    const inside = ({box: [left, top, wide, high]}) => x >= left && x < left + wide && y >= top && y < top + high;
    const reading = readings.findLast(inside);
    if (!reading) return '';
    const {box: [left, top, wide, high], shape: [rows, columns], step} = reading;
    const row = Math.min(rows - 1, Math.floor((y - top) / high * rows));
    const column = Math.min(columns - 1, Math.floor((x - left) / wide * columns));
    const value = figures(reading.value(row * columns + column), reading.top === undefined ? 3 : 2);
    return (step > 1 ? `mean of ${step} × ${step} from ` : '') + reading.words
      .replace('{row}', reading.rows[row * step] ?? row * step)
      .replace('{column}', reading.columns[column * step] ?? column * step)
      .replace('{value}', (reading.top === undefined ? '' : 'about ') + value);
  }
  const figures = (value, digits) => (value || 0).toLocaleString('en', {maximumSignificantDigits: digits});

  // The point of a curve that is nearest; `data-axes` are the ends of both axes in the drawing, and what they stand for.
  function onCurve(drawing, event) {
    const axes = JSON.parse(drawing.dataset.axes);
    const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
    let best = null;
    for (const line of drawing.querySelectorAll('polyline'))
      for (const point of line.points) {
        const away = Math.hypot(point.x - x, point.y - y);
        if (away < (best?.away ?? 30)) best = {away, point, name: line.dataset.name};
      }
    if (!best) return '';
    const along = (at, [from, to, first, last]) => first + (at - from) / (to - from) * (last - first);
    const value = 10 ** along(best.point.y, axes.y);
    return `${best.name}: ${figures(value, 3)} · ${axes.of} ${Math.round(along(best.point.x, axes.x))}`;
  }

  let newest = 0;
  async function point(event) {
    const number = ++newest, {target} = event;
    const image = target.closest?.('#in-views .image-frame, #in-views .image-container')?.querySelector('img');
    let words = target.closest?.('[data-says]')?.dataset.says ?? '';
    if (!words && target.closest?.('svg[data-axes]')) words = onCurve(target.closest('svg[data-axes]'), event);
    if (!words && image && target.closest('button, img, .image-frame') && !target.closest('.icon-button-wrapper')) {
      const box = image.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
      if (x >= 0 && x < 1 && y >= 0 && y < 1) words = said(await readingsOf(image.src), x, y);
    }
    if (number !== newest) return;  // the pointer has moved on meanwhile
    note.hidden = !words;
    if (!words) return;
    note.textContent = words;
    document.body.append(note);
    const wide = document.documentElement.clientWidth;
    note.style.left = `${Math.max(8, Math.min(event.clientX + 14, wide - note.offsetWidth - 8))}px`;
    const below = event.clientY + 18;
    note.style.top = `${below + note.offsetHeight < innerHeight ? below : event.clientY - note.offsetHeight - 12}px`;
  }
  addEventListener('pointermove', event => { if (event.pointerType === 'mouse') point(event); });
  addEventListener('pointerdown', point);
  addEventListener('scroll', () => { note.hidden = true; }, true);
})();

// A photo to draw on, with a brush of fixed colours and an eraser. After every stroke the drawing goes to the server.
// `element`, `trigger` and `watch` are Gradio's: the component's part of the page, its events, the changes of its value.
let color = null, last = null;

const canvas = () => element.querySelector('canvas');
const tools = () => [...element.querySelectorAll('[data-color]')];
const send = () => trigger('drawn', {png: canvas().toDataURL('image/png')});

function choose(button) {
  color = button.dataset.color;
  for (const tool of tools()) tool.ariaPressed = tool === button;
}

// After the server has sent a photo: the colour that was chosen before, and what was drawn on this photo before.
function begin() {
  last = null;
  if (!canvas()) return;
  choose(tools().find(tool => tool.dataset.color === color) ?? tools()[0]);
  if (canvas().dataset.drawn) {
    const image = new Image();
    image.onload = () => canvas().getContext('2d').drawImage(image, 0, 0);
    image.src = canvas().dataset.drawn;
  }
}

function draw(event) {
  const box = canvas().getBoundingClientRect(), scale = canvas().width / box.width;
  const place = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  const pen = canvas().getContext('2d');
  pen.globalCompositeOperation = color === 'erase' ? 'destination-out' : 'source-over';
  pen.strokeStyle = color === 'erase' ? 'black' : color;
  pen.lineWidth = element.querySelector('input').valueAsNumber;
  pen.lineCap = 'round';
  pen.beginPath();
  pen.moveTo(...(last ?? place));
  pen.lineTo(...place);
  pen.stroke();
  last = place;
}

element.addEventListener('pointerdown', event => {
  if (event.target !== canvas() || event.button || !event.isPrimary) return;
  canvas().setPointerCapture(event.pointerId);
  draw(event);
});
element.addEventListener('pointermove', event => { if (last && event.isPrimary) draw(event); });
for (const end of ['pointerup', 'pointercancel']) {
  element.addEventListener(end, () => {
    if (last) send();
    last = null;
  });
}
element.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.dataset.color) choose(button);
  if (button?.matches('.clear')) {
    canvas().getContext('2d').clearRect(0, 0, canvas().width, canvas().height);
    send();
  }
});
watch('value', begin);
begin();

import { textObject } from '../blocks/text.js';
import { el, freshId } from '../dom.js';

/** Slack's confirm dialog; resolves true when the person goes on. Without a confirm object at once. */
export function confirmed(confirm, names) {
  if (confirm === undefined) return Promise.resolve(true);
  const titleId = freshId('confirm');
  return new Promise((resolve) => {
    const close = (answer) => () => dialog.close(answer);
    const dialog = el(
      'dialog',
      {
        class: 'dialog confirm',
        'aria-labelledby': titleId,
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === 'yes');
        },
      },
      el('h2', { id: titleId, class: 'dialog-title' }, confirm.title.text),
      el('div', { class: 'dialog-body' }, textObject(confirm.text, names)),
      el(
        'div',
        { class: 'dialog-foot' },
        el('button', { type: 'button', class: 'btn', onclick: close('no') }, confirm.deny.text),
        el(
          'button',
          {
            type: 'button',
            class: `btn ${confirm.style === 'danger' ? 'btn-danger' : 'btn-primary'}`,
            onclick: close('yes'),
          },
          confirm.confirm.text,
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Logs in with a key. Of a token, a key is made first, which lives as long as the login: the browser alone has it.

const form = document.querySelector('form');
const secret = document.getElementById('key');
const who = document.getElementById('who');
const name = document.getElementById('name');
const wrong = document.getElementById('wrong');

const isToken = () => secret.value.trim().startsWith('coil_token_');

secret.addEventListener('input', () => {
  who.hidden = !isToken();
  name.required = isToken();
  wrong.textContent = '';
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  wrong.textContent = '';
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const key = isToken() ? await enrol(secret.value.trim(), name.value.trim()) : secret.value.trim();
    await post('/api/v1/access/login', { key });
    location.replace(destination());
  } catch (error) {
    wrong.textContent = error.message;
    button.disabled = false;
  }
});

/** A page of this node; whatever else the address says is not followed. */
function destination() {
  const to = new URL(new URLSearchParams(location.search).get('to') ?? '/', location.origin);
  return to.origin === location.origin ? to.pathname + to.search + to.hash : '/';
}

async function enrol(token, called) {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const key = 'coil_key_' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  await post('/api/v1/access/enrol', { token, key, name: called });
  return key;
}

async function post(url, body) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    .catch(() => { throw new Error('the node does not answer; look whether it runs, and try again'); });
  if (answer.ok) return;
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.error ?? `the node answered with status ${answer.status}`);
}

// Who the node takes the reader for, and a way out. Where nobody needs a key, nothing.

const answer = await fetch('/api/v1/access/me').catch(() => null);
if (answer?.ok) {
  const me = await answer.json();
  if (me.name) show(me);
}

function show({ name, role }) {
  const out = document.createElement('button');
  out.type = 'button';
  out.className = 'button';
  out.textContent = 'Log out';
  out.addEventListener('click', async () => {
    await fetch('/api/v1/access/logout', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).catch(() => null);
    location.assign('/login');
  });
  const who = document.createElement('span');
  who.className = 'who';
  who.title = `You are ${name}, with the role ${role}`;
  who.append(name, out);
  document.querySelector('.top').append(who);
}

async function start() {
  const { keys } = window;
  const output = document.querySelector('output');
  document.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const { password, salt } = event.target.elements;
    output.textContent = 'deriving';
    try {
      output.textContent = await keys.derive(password.value, salt.value);
    } catch (error) {
      output.textContent = error.message;
    }
  });
  document.querySelector('#version').textContent = await keys.version();
}

void start();

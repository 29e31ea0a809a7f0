// A screen without a keyboard starts at an address with its token behind "#", which no log ever sees.
const token = decodeURIComponent(location.hash.slice(1));
if (token) {
  history.replaceState(null, "", location.pathname);
  const form = document.querySelector("form");
  form.elements.token.value = token;
  // Where the token is wrong the door says so, and does not try for ever: the hash is gone.
  form.requestSubmit();
}

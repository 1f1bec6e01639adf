/**
 * Takes the code out of the fragment of a link in mail (`#code=…`) into the page's form, and out of the address. A fragment
 * stays in the browser: no server, proxy or log on the way has the code, and no Referer. It is the only script that runs in
 * a page of the gateway, is known to the page's policy by its digest, and the code can be typed in without it.
 */
export const CODE_SCRIPT = `(() => {
  const field = document.querySelector('input[name="token"]');
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (field !== null && code !== null) field.value = code;
  if (location.hash !== "" || location.search !== "") history.replaceState(null, "", location.pathname);
})();`;

/**
 * Moves the code from the fragment of an e-mailed link (`#code=…`) into the page's form, and removes it from the
 * address. Browsers do not send fragments, so no server, proxy, log or Referer has the code. This is the only script of
 * the gateway's pages. The page's policy allows it by its digest, and the code can be typed in without it.
 */
export const CODE_SCRIPT = `(() => {
  const field = document.querySelector('input[name="token"]');
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (field !== null && code !== null) field.value = code;
  if (location.hash !== "" || location.search !== "") history.replaceState(null, "", location.pathname);
})();`;

// htmx puts no answer with an error status into the page. A 401 has the URL of
// the login; the whole window goes there, and comes back to this page.
document.addEventListener("htmx:responseError", event => {
  const { xhr } = event.detail;
  if (xhr.status !== 401) return;
  const { login_url } = JSON.parse(xhr.responseText);
  const here = location.pathname + location.search;
  location.assign(login_url.split("?")[0] + "?return_to=" + encodeURIComponent(here));
});

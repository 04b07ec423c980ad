// Who is signed in: the claims of /auth/me, or null for a guest.
export async function me() {
  const answer = await fetch("/auth/me", { cache: "no-store" });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error("try again in a moment"); // 503: not signed out
  return answer.json();
}

// Signing in leaves the page; the login leads back to where the user is.
export function signIn() {
  const here = location.pathname + location.search;
  location.assign("/auth/login?return_to=" + encodeURIComponent(here));
}

// Calls of your API. A session that has ended is a 401 with JSON, never a
// redirect. Keep what the user has typed before you leave the page.
export async function api(path, options) {
  const answer = await fetch(path, options);
  if (answer.status === 401) {
    sessionStorage.setItem("draft", document.querySelector("#text")?.value ?? "");
    signIn();
    return new Promise(() => {}); // the page is going away
  }
  return answer;
}

// Signing out: a script cannot follow a redirect to Cognito, so the answer says
// where to go.
export async function signOut() {
  const answer = await fetch("/auth/logout", { method: "POST" });
  if (!answer.ok) throw new Error("not signed out");
  location.assign((await answer.json()).logout_url);
}

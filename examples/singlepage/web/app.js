import { api, me, signIn, signOut } from "/auth.js";

const show = (id, visible) => { document.getElementById(id).hidden = !visible; };

document.getElementById("in").onclick = signIn;
document.getElementById("out").onclick = signOut;
document.getElementById("save").onclick = async () => {
  const text = document.getElementById("text").value;
  const answer = await api("/api/note", { method: "POST", body: new URLSearchParams({ text }) });
  document.getElementById("status").textContent = await answer.text();
};

navigator.serviceWorker?.register("/sw.js");
document.getElementById("text").value = sessionStorage.getItem("draft") ?? "";
sessionStorage.removeItem("draft");
const user = await me();
document.getElementById("status").textContent = user ? "Hello " + user.email : "You are a guest.";
show("user", user !== null);
show("in", user === null);
document.body.dataset.ready = "yes";

// Passkeys in forms, without inline script. A form says what it does:
//
//   <form method="post" data-passkey="create" data-options="…JSON…">
//     <input type="hidden" name="credential"> <p data-passkey-error hidden></p> <button>…
//
// data-passkey is "create" to add a passkey, "get" to sign in, or "autofill" to
// sign in with a passkey from the suggestions of a field whose autocomplete
// attribute ends in "webauthn". The script asks the browser and sends the form
// with the answer in the field "credential". With data-auto, "get" asks at once.
// What goes wrong is told in English, unless the element for it has other texts:
// data-exists, data-address and data-failed.
// An element with data-passkey-only is shown where the browser has passkeys.
(function () {
  "use strict";
  var bytes = function (text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (c) { return c.charCodeAt(0); });
  };
  var text = function (buffer) {
    var raw = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  var withBytes = function (o) {
    o.challenge = bytes(o.challenge);
    if (o.user) { o.user.id = bytes(o.user.id); }
    (o.excludeCredentials || []).concat(o.allowCredentials || []).forEach(function (c) { c.id = bytes(c.id); });
    return o;
  };
  var toJSON = function (c) {
    var r = c.response, out = { id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: c.getClientExtensionResults(), response: {} };
    if (c.authenticatorAttachment) { out.authenticatorAttachment = c.authenticatorAttachment; }
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (r[name]) { out.response[name] = text(r[name]); }
    });
    if (r.getTransports) { out.response.transports = r.getTransports(); }
    return out;
  };
  var pending; // a browser serves one request at a time
  var ask = function (form, mediation) {
    if (pending) { pending.abort(); }
    pending = new AbortController();
    var request = { publicKey: withBytes(JSON.parse(form.dataset.options)), signal: pending.signal };
    if (mediation) { request.mediation = mediation; }
    var asked = form.dataset.passkey === "create" ? navigator.credentials.create(request) : navigator.credentials.get(request);
    return asked.then(function (credential) {
      form.elements.credential.value = JSON.stringify(toJSON(credential));
      form.submit();
    });
  };
  var fail = function (form) {
    return function (error) {
      var place = form.querySelector("[data-passkey-error]");
      if (!place) { return; }
      var own = place.dataset;
      place.textContent = error.name === "InvalidStateError" ? own.exists || "This device has a passkey for your account already."
        : error.name === "SecurityError" ? own.address || "Passkeys do not work at this address."
        : own.failed || "That did not work, or was cancelled. Try again, or choose another way.";
      place.hidden = false;
    };
  };
  if (!window.PublicKeyCredential) { return; }
  document.querySelectorAll("[data-passkey-only]").forEach(function (e) { e.hidden = false; });
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (form.dataset.passkey === "autofill") {
      var can = PublicKeyCredential.isConditionalMediationAvailable;
      if (can) { can.call(PublicKeyCredential).then(function (yes) { return yes && ask(form, "conditional"); }).catch(function () {}); }
      return;
    }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      ask(form).catch(fail(form));
    });
    if (form.dataset.auto !== undefined) { ask(form).catch(fail(form)); }
  });
})();

// An app in the browser with oidc-client-ts, as the quick start of Amazon
// Cognito shows it: authority and client id, all else by discovery.
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';

const { issuer, domain, clientID } = window.settings;
const manager = new UserManager({
  authority: issuer,
  client_id: clientID,
  redirect_uri: `${location.origin}/callback`,
  response_type: 'code',
  scope: 'openid email',
  userStore: new WebStorageStateStore({ store: localStorage }),
});

const shown = (user) => user && { sub: user.profile.sub, email: user.profile.email, token: user.access_token };

window.app = {
  login: () => manager.signinRedirect(),
  user: async () => shown(await manager.getUser()),
  refresh: async () => shown(await manager.signinSilent()),
  logout: async () => {
    await manager.removeUser();
    location.href = `${domain}/logout?${new URLSearchParams({ client_id: clientID, logout_uri: `${location.origin}/signed-out` })}`;
  },
};
if (location.pathname === '/callback') await manager.signinCallback();
document.documentElement.dataset.ready = 'yes';

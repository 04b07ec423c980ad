// An app in the browser with Amplify v6 and the hosted sign-in. Amplify builds
// https URLs of the domain, so that the emulator has to speak https.
import { Amplify } from 'aws-amplify';
import { fetchAuthSession, getCurrentUser, signInWithRedirect, signOut } from 'aws-amplify/auth';
import 'aws-amplify/auth/enable-oauth-listener';
import { Hub } from 'aws-amplify/utils';

const { domain, endpoint, clientID, userPoolID } = window.settings;
const ended = new Promise((resolve, reject) => {
  Hub.listen('auth', ({ payload }) => {
    if (payload.event === 'signInWithRedirect') resolve();
    if (payload.event === 'signInWithRedirect_failure') reject(payload.data?.error ?? new Error('no sign-in'));
  });
});
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: userPoolID,
      userPoolClientId: clientID,
      userPoolEndpoint: endpoint,
      loginWith: {
        oauth: {
          domain: new URL(domain).host,
          scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
          redirectSignIn: [`${location.origin}/callback`],
          redirectSignOut: [`${location.origin}/signed-out`],
          responseType: 'code',
        },
      },
    },
  },
});

const shown = ({ tokens }) => tokens && {
  sub: tokens.idToken.payload.sub, email: tokens.idToken.payload.email, token: tokens.accessToken.toString(),
};

window.app = {
  login: () => signInWithRedirect(),
  user: async () => {
    try {
      await getCurrentUser();
    } catch {
      return null;
    }
    return shown(await fetchAuthSession());
  },
  refresh: async () => shown(await fetchAuthSession({ forceRefresh: true })),
  logout: () => signOut(),
};
if (location.pathname === '/callback') await ended;
document.documentElement.dataset.ready = 'yes';

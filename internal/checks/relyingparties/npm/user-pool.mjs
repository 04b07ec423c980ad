// Clients of the user-pool API from npm against the emulator, unmodified: the
// JavaScript SDK, amazon-cognito-identity-js and Amplify, the last two with
// SRP. Asks for the code of a sign-up with the line CODE?, and prints the sub
// that each found, as a JSON object.
import assert from "node:assert/strict";
import { CognitoIdentityProviderClient, InitiateAuthCommand, GetUserCommand, AdminGetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";

const { COGNITO_ENDPOINT: endpoint, COGNITO_USER_POOL_ID: poolId, COGNITO_CLIENT_ID: clientId } = process.env;
const { USER_NAME: username, USER_PASSWORD: password, NEW_USER: newUser, NEW_USER_PASSWORD: temporary, MFA_USER: mfaUser, MFA_CODE: mfaCode } = process.env;
const region = poolId.split("_")[0];
const found = {};

// @aws-sdk/client-cognito-identity-provider
{
  const client = new CognitoIdentityProviderClient({ endpoint, region, credentials: { accessKeyId: "any", secretAccessKey: "any" } });
  const login = (PASSWORD) => client.send(new InitiateAuthCommand({
    AuthFlow: "USER_PASSWORD_AUTH", ClientId: clientId, AuthParameters: { USERNAME: username, PASSWORD },
  }));
  const { AuthenticationResult: tokens } = await login(password);
  const user = await client.send(new GetUserCommand({ AccessToken: tokens.AccessToken }));
  found.sdk = user.UserAttributes.find((a) => a.Name === "sub").Value;
  await assert.rejects(login("wrong"), { name: "NotAuthorizedException", message: "Incorrect username or password." });
  const details = await client.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: username }));
  assert.ok(details.UserCreateDate instanceof Date && details.Enabled);
}

// amazon-cognito-identity-js
{
  const storage = new Map();
  const Storage = {
    setItem: (k, v) => storage.set(k, v), getItem: (k) => storage.get(k), removeItem: (k) => storage.delete(k), clear: () => storage.clear(),
  };
  const pool = new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint: endpoint + "/", Storage });
  const signIn = (Username, Password, answers = {}) => {
    const user = new CognitoUser({ Username, Pool: pool, Storage });
    return new Promise((resolve, reject) => {
      const callbacks = {
        onSuccess: (session) => resolve({ user, session }),
        onFailure: reject,
        totpRequired: () => user.sendMFACode(answers.code, callbacks, "SOFTWARE_TOKEN_MFA"),
        newPasswordRequired: () => user.completeNewPasswordChallenge(answers.password, {}, callbacks),
      };
      user.authenticateUser(new AuthenticationDetails({ Username, Password }), callbacks);
    });
  };
  const { session } = await signIn(username, password);
  found.identityJS = session.getIdToken().payload.sub;
  await assert.rejects(signIn(username, "wrong"), { code: "NotAuthorizedException" });
  await signIn(mfaUser, password, { code: mfaCode });
  const chosen = await signIn(newUser, temporary, { password: "Another-horse-2" });
  const attributes = await new Promise((resolve, reject) => chosen.user.getUserAttributes((err, list) => (err ? reject(err) : resolve(list))));
  assert.ok(attributes.some((a) => a.getName() === "sub"));
  const refreshed = await new Promise((resolve, reject) => chosen.user.refreshSession(chosen.session.getRefreshToken(), (err, s) => (err ? reject(err) : resolve(s))));
  assert.ok(refreshed.isValid());
}

// aws-amplify
{
  const storage = new Map();
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    setItem: async (k, v) => void storage.set(k, v), getItem: async (k) => storage.get(k) ?? null,
    removeItem: async (k) => void storage.delete(k), clear: async () => storage.clear(),
  });
  Amplify.configure({ Auth: { Cognito: { userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } } });
  await assert.rejects(auth.signIn({ username, password: "wrong" }), { name: "NotAuthorizedException" });
  const { isSignedIn } = await auth.signIn({ username, password }); // USER_SRP_AUTH
  assert.ok(isSignedIn);
  const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
  found.amplify = tokens.idToken.payload.sub;
  assert.equal((await auth.getCurrentUser()).username, username);
  assert.equal((await auth.fetchUserAttributes()).sub, found.amplify);
  await auth.signOut();
  const up = await auth.signUp({ username: "amplified", password, options: { userAttributes: { email: "amplified@example.com" } } });
  assert.equal(up.nextStep.signUpStep, "CONFIRM_SIGN_UP");
  const code = await new Promise((resolve) => { process.stdin.once("data", (d) => resolve(String(d).trim())); console.log("CODE?"); });
  await auth.confirmSignUp({ username: "amplified", confirmationCode: code });
  assert.ok((await auth.signIn({ username: "amplified", password })).isSignedIn);
}

console.log(JSON.stringify(found));
process.exit(0);

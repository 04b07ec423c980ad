// aws-jwt-verify as its documentation shows it, given the keys of a pool, and
// tokens of which it has to accept some and to refuse others. It reads from
// standard input
//
//   {"userPoolId": …, "clientId": …, "jwks": …,
//    "tokens": [{"name": …, "use": "id" or "access", "token": …, "sub": …, "error": …}, …]}
//
// where error is the class of the error that has to refuse the token; none
// means that it is to be accepted, as that of the user with this sub.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { CognitoJwtVerifier } from 'aws-jwt-verify';

const { userPoolId, clientId, jwks, tokens } = JSON.parse(await text(process.stdin));
assert.ok(tokens.length > 0, 'no tokens');

const verifiers = {};
for (const tokenUse of ['id', 'access']) {
  verifiers[tokenUse] = CognitoJwtVerifier.create({ userPoolId, tokenUse, clientId });
  verifiers[tokenUse].cacheJwks(jwks);
}

for (const { name, use, token, sub, error } of tokens) {
  const outcome = await verifiers[use].verify(token).then(
    (payload) => `accepted for ${payload.sub}`,
    (refusal) => refusal.constructor.name,
  );
  assert.equal(outcome, error || `accepted for ${sub}`, name);
  console.log(`${name}: ${outcome}`);
}

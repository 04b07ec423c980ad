"""A Flask app that signs users in with Cognito through Authlib.

It stays as it is when a Go app comes beside it.
"""

import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
app.config["SESSION_COOKIE_NAME"] = "flask_session"  # the Go app has its own

oauth = OAuth(app)
oauth.register(
    "cognito",
    server_metadata_url=os.environ["COGNITO_ISSUER"] + "/.well-known/openid-configuration",
    client_id=os.environ["COGNITO_CLIENT_ID"],
    client_secret=os.environ["COGNITO_CLIENT_SECRET"],
    client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
)


@app.get("/account")
def account():
    if "email" not in session:
        return oauth.cognito.authorize_redirect(os.environ["APP_URL"] + "/callback")
    return f"Hello {session['email']}\n"


@app.get("/callback")
def callback():
    token = oauth.cognito.authorize_access_token()
    session["email"] = token["userinfo"]["email"]
    return redirect("/account")


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ["PORT"]))

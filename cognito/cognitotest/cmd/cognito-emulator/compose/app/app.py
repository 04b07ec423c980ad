"""Signs a user in on the emulator and prints who it is."""

import json
import os
import urllib.request

import boto3

idp = boto3.client(
    "cognito-idp",
    endpoint_url=os.environ["COGNITO_ENDPOINT"],
    region_name=os.environ["COGNITO_USER_POOL_ID"].split("_")[0],
    aws_access_key_id="any",
    aws_secret_access_key="any",
)
tokens = idp.initiate_auth(
    ClientId=os.environ["COGNITO_CLIENT_ID"],
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "jane", "PASSWORD": "Correct-horse-1"},
)["AuthenticationResult"]
user = idp.get_user(AccessToken=tokens["AccessToken"])
print("signed in:", user["Username"])

with urllib.request.urlopen(os.environ["COGNITO_ISSUER"] + "/.well-known/openid-configuration") as answer:
    print("issuer:", json.load(answer)["issuer"])

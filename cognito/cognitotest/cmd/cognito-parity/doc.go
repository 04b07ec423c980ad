// Cognito-parity asks a user pool on AWS and the emulator the same few hundred
// requests, and prints each difference of their answers.
//
//	go run ./cognito/cognitotest/cmd/cognito-parity -pool eu-west-1_aB3dE5gH7
//
// The pool must be one for tests: the program refuses a pool that has users whom
// it did not make. It needs AWS credentials that may change the pool, and takes
// them as the AWS CLI does; -profile names a profile. The emulator runs in the
// program and gets the settings of the pool: its attributes, password policy,
// second factors, devices and domain.
//
// It compares status, error code, message, fields with their JSON types and
// forms, the claims of tokens, headers and redirects. For a difference it prints
// the request's id and both values. It shows no token, code or secret.
//
//	sign-up/code-for-nobody  ConfirmSignUp
//	  error code
//	    pool      ExpiredCodeException
//	    emulator  CodeMismatchException
//
// docs/emulator-unknowns.md lists what is not known of Cognito. Each row names
// the request that settles it. With -list the program prints all requests, and
// -run takes those whose id contains a text.
//
// # What it leaves and what it costs
//
// The program makes users, app clients and groups of its own, whose names begin
// with "parity-" and the time of the run. It deletes them at the end, also after
// a failure or Ctrl-C. If the process was killed, -clean deletes what is older
// than an hour. Several people may run it on one pool at once.
//
// A run makes about 40 active users, which the free tier of Cognito covers. The
// program refuses a pool of the Plus plan, where each user costs money. Two flags
// add requests: -send those that send e-mail, to the mailbox simulator of SES,
// and -paid those that AWS may charge for.
//
// Some requests need what only a person can set up, such as a Lambda trigger.
// The program lists them as not run, and says what to set up.
//
// # Results
//
// The report goes to standard output, as text or with -json as one object. The
// progress goes to standard error. The exit code is 0 if all answers are alike
// and 1 if there are differences. It is 2 if the comparison could not be made
// or not all could be deleted.
//
// With -endpoint and -domain the program compares another server with the
// emulator, such as an emulator by others.
package main

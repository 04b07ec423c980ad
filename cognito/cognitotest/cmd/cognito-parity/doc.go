// Cognito-parity sends the same few hundred requests to a user pool on AWS and
// to the emulator, and prints each difference between their answers.
//
//	go run ./cognito/cognitotest/cmd/cognito-parity -pool eu-west-1_aB3dE5gH7
//
// Use a pool that is only for tests: the program refuses a pool with users that
// it did not create. It needs AWS credentials that may change the pool. It
// finds them as the AWS CLI does; -profile names a profile. The emulator runs
// in the program and gets the settings of the pool: its attributes, password
// policy, second factors, devices and domain.
//
// It compares status, error code, message, fields, the claims of tokens,
// headers and redirects. For values that are new in each answer, such as ids
// and times, it compares only the type and the pattern. For a difference it
// prints the request's id and both values. It shows no token, code or secret.
//
//	sign-up/code-for-nobody  ConfirmSignUp
//	  error code
//	    pool      ExpiredCodeException
//	    emulator  CodeMismatchException
//
// docs/emulator-unknowns.md lists what is not known about Cognito. Each row
// names the request that gives the answer. With -list the program prints all
// requests. With -run it sends only those whose id contains a text.
//
// # Side effects and costs
//
// The program creates users, app clients and groups, whose names begin with
// "parity-" and the time of the run. It deletes them at the end, also after a
// failure or Ctrl-C. If the process was killed, run it with -clean: this
// deletes such objects if they are older than an hour. Several people may run
// it on one pool at the same time.
//
// A run makes about 40 active users, which the free tier of Cognito covers. The
// program refuses a pool of the Plus plan, where each user costs money. Two
// flags add requests. With -send it also makes requests that send e-mail, to
// the mailbox simulator of SES. With -paid it also makes requests that AWS may
// charge for.
//
// Some requests need a set-up that only a person can make, such as a Lambda
// trigger. The program lists them as not run, and says what to set up.
//
// # Results
//
// The report goes to standard output: as text, or with -json as one object. The
// progress goes to standard error. The exit code is 0 if all answers are the
// same and 1 if there are differences. It is 2 if the comparison could not be
// made, or if some objects could not be deleted.
//
// With -endpoint and -domain the program compares another server with the
// emulator, such as another emulator.
package main

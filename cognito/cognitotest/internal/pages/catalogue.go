package pages

import (
	"maps"
	"slices"
	"strings"
)

// patterns are the texts of the catalogue that have a %s, longest first, so
// that the closest fit counts.
var patterns = func() []string {
	all := slices.DeleteFunc(slices.Collect(maps.Keys(Catalogue["de"])), func(text string) bool {
		return strings.Trim(strings.Replace(text, "%s", "", 1), ".") == "" || !strings.Contains(text, "%s")
	})
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}()

// Catalogue has the texts of the pages by language and English text. %s is
// where a name, an address or a number goes.
var Catalogue = map[string]map[string]string{"de": {
	// Every page.
	"Amazon Cognito emulator – for tests and first runs": "Amazon-Cognito-Emulator – für Tests und erste Schritte",
	"Back to sign in": "Zurück zur Anmeldung",
	"Change password": "Passwort ändern",
	"Code":            "Code",
	"Continue":        "Weiter",
	"Email address":   "E-Mail-Adresse",
	"New password":    "Neues Passwort",
	"Password":        "Passwort",
	"Sign in":         "Anmelden",
	"Sign up":         "Registrieren",

	// Sign-in.
	"Choose how to sign in.":    "Wählen Sie, wie Sie sich anmelden.",
	"Continue with %s":          "Weiter mit %s",
	"Create an account":         "Konto anlegen",
	"Forgot your password?":     "Passwort vergessen?",
	"New user?":                 "Neu hier?",
	"or":                        "oder",
	"Sign in to your account.":  "Melden Sie sich bei Ihrem Konto an.",
	"Username or email address": "Benutzername oder E-Mail-Adresse",
	"Your password has been changed. Sign in with the new one.": "Ihr Passwort wurde geändert. Melden Sie sich mit dem neuen an.",

	// Sign-up and its code or link.
	"Confirm account":                                        "Konto bestätigen",
	"Confirm your account":                                   "Bestätigen Sie Ihr Konto",
	"Confirmation code":                                      "Bestätigungscode",
	"Continue to sign in":                                    "Weiter zur Anmeldung",
	"Create an account with your email address.":             "Legen Sie ein Konto mit Ihrer E-Mail-Adresse an.",
	"Didn’t receive a code?":                                 "Keinen Code bekommen?",
	"Didn’t receive a link?":                                 "Keinen Link bekommen?",
	"Enter it to confirm your account.":                      "Geben Sie ihn ein, um Ihr Konto zu bestätigen.",
	"Follow it to confirm your account, then sign in.":       "Folgen Sie ihm, um Ihr Konto zu bestätigen, und melden Sie sich dann an.",
	"Have an account already?":                               "Haben Sie schon ein Konto?",
	"Send a new code":                                        "Neuen Code senden",
	"Send a new link":                                        "Neuen Link senden",
	"Thank you. Go back to the app and sign in.":             "Vielen Dank. Gehen Sie zurück zur App und melden Sie sich an.",
	"The link may be old. Sign in to have another one sent.": "Der Link ist vielleicht zu alt. Melden Sie sich an, um einen neuen zu bekommen.",
	"We sent a code to %s.":                                  "Wir haben einen Code an %s gesendet.",
	"We sent a link to %s.":                                  "Wir haben einen Link an %s gesendet.",
	"We sent a new code. The one before no longer works.":    "Wir haben einen neuen Code gesendet. Der vorige gilt nicht mehr.",
	"We sent a new link. The one before no longer works.":    "Wir haben einen neuen Link gesendet. Der vorige gilt nicht mehr.",
	"We sent you a code.":                                    "Wir haben Ihnen einen Code gesendet.",
	"We sent you a link.":                                    "Wir haben Ihnen einen Link gesendet.",
	"Your account is confirmed":                              "Ihr Konto ist bestätigt",

	// Passwords.
	"Choose a new password": "Wählen Sie ein neues Passwort",
	"If there is an account of that name, a code is on its way to its email address.": "Wenn es ein Konto mit diesem Namen gibt, ist ein Code an dessen E-Mail-Adresse unterwegs.",
	"Send another code": "Anderen Code senden",
	"Send the code":     "Code senden",
	"Tell us who you are. We will send a code to the email address of your account.": "Sagen Sie uns, wer Sie sind. Wir senden einen Code an die E-Mail-Adresse Ihres Kontos.",
	"Your password is a temporary one. Choose one of your own.":                      "Ihr Passwort ist ein vorläufiges. Wählen Sie ein eigenes.",
	"At least %s characters.":          "Mindestens %s Zeichen.",
	"At least %s characters, with %s.": "Mindestens %s Zeichen, darunter %s.",
	"an upper-case letter":             "ein Großbuchstabe",
	"a lower-case letter":              "ein Kleinbuchstabe",
	"a number":                         "eine Ziffer",
	"a symbol":                         "ein Sonderzeichen",
	" and ":                            " und ",

	// Second factors.
	"A second factor keeps your account safe if somebody learns your password.":  "Ein zweiter Faktor schützt Ihr Konto, wenn jemand Ihr Passwort erfährt.",
	"Add this key to your authenticator app, then enter the code that it shows.": "Tragen Sie diesen Schlüssel in Ihre Authenticator-App ein und geben Sie dann den Code ein, den sie zeigt.",
	"Authenticator app":                                               "Authenticator-App",
	"Choose how to verify that it’s you":                              "Wählen Sie, wie Sie sich ausweisen",
	"Code by email":                                                   "Code per E-Mail",
	"Code by text message":                                            "Code per SMS",
	"Enter the code from your text message":                           "Geben Sie den Code aus der SMS ein",
	"Codes from an app on your phone":                                 "Codes aus einer App auf Ihrem Telefon",
	"Enter the code from your email":                                  "Geben Sie den Code aus der E-Mail ein",
	"Enter the code of your authenticator app":                        "Geben Sie den Code Ihrer Authenticator-App ein",
	"It is valid for three minutes.":                                  "Er gilt drei Minuten.",
	"Open in an authenticator app on this device":                     "In einer Authenticator-App auf diesem Gerät öffnen",
	"Open the app and enter the code that it shows for this account.": "Öffnen Sie die App und geben Sie den Code ein, den sie für dieses Konto zeigt.",
	"Set up a second factor":                                          "Richten Sie einen zweiten Faktor ein",
	"Set up an authenticator app":                                     "Richten Sie eine Authenticator-App ein",
	"Use another way":                                                 "Anderen Weg nehmen",

	// Passkeys.
	"A passkey signs you in with your fingerprint, your face or the PIN of this device.": "Ein Passkey meldet Sie mit Ihrem Fingerabdruck, Ihrem Gesicht oder der PIN dieses Geräts an.",
	"Add a passkey":        "Passkey hinzufügen",
	"Create a passkey":     "Passkey anlegen",
	"Enter your username.": "Geben Sie Ihren Benutzernamen ein.",
	"Not now":              "Jetzt nicht",
	"Sign in to the app with your password first. Passkeys can be added in the hour after that.": "Melden Sie sich zuerst mit Ihrem Passwort bei der App an. In der Stunde danach können Sie Passkeys hinzufügen.",
	"Sign in with a passkey": "Mit einem Passkey anmelden",
	"Use a passkey":          "Passkey verwenden",
	"Your browser asks you for the passkey of your account.": "Ihr Browser fragt Sie nach dem Passkey Ihres Kontos.",

	// Attributes.
	"Address":            "Anschrift",
	"Date of birth":      "Geburtsdatum",
	"First name":         "Vorname",
	"Gender":             "Geschlecht",
	"Language":           "Sprache",
	"Last name":          "Nachname",
	"Middle name":        "Zweiter Vorname",
	"Name":               "Name",
	"Nickname":           "Spitzname",
	"Phone number":       "Telefonnummer",
	"Picture":            "Bild",
	"Preferred username": "Bevorzugter Benutzername",
	"Profile page":       "Profilseite",
	"Time zone":          "Zeitzone",
	"Website":            "Website",

	// The error page.
	"An error was encountered with the requested page.":                                      "Auf der angeforderten Seite ist ein Fehler aufgetreten.",
	"For your safety a sign-in has to be completed within five minutes.":                     "Zu Ihrer Sicherheit muss eine Anmeldung binnen fünf Minuten abgeschlossen sein.",
	"Go back to the app and try again. If this keeps happening, tell the people who run it.": "Gehen Sie zurück zur App und versuchen Sie es noch einmal. Wenn das immer wieder geschieht, sagen Sie es denen, die sie betreiben.",
	"Missing required parameter client_id in request URL":                                    "In der Adresse fehlt der Parameter client_id",
	"Missing required parameter redirect_uri in request URL":                                 "In der Adresse fehlt der Parameter redirect_uri",
	"Something went wrong": "Etwas ist schiefgegangen",
	"Start again":          "Neu beginnen",
	"The app's address is not one of those registered with its app client. Addresses are compared letter for letter.": "Die Adresse der App ist keine von denen, die bei ihrem App-Client eingetragen sind. Adressen werden Buchstabe für Buchstabe verglichen.",
	"There is no such page here.":                               "Diese Seite gibt es hier nicht.",
	"Login pages unavailable":                                   "Anmeldeseiten nicht verfügbar",
	"Login pages unavailable. Please contact an administrator.": "Die Anmeldeseiten sind nicht verfügbar. Bitte wenden Sie sich an die Administration.",
	"This page was open for too long.":                          "Diese Seite war zu lange offen.",

	// Cognito's messages.
	"A client attempted to write unauthorized attribute":                                                  "Diese App darf eine der Angaben nicht setzen.",
	"An account with the given phone_number already exists.":                                              "Es gibt schon ein Konto mit dieser Telefonnummer.",
	"Cannot resend codes. Auto verification not turned on.":                                               "Es gibt keine Adresse, an die ein Code gehen könnte.",
	"Cannot reset password for the user as there is no registered/verified email or phone_number":         "Das Passwort kann nicht zurückgesetzt werden: Zu dem Konto gibt es weder eine bestätigte E-Mail-Adresse noch eine Telefonnummer.",
	"CustomMessage: Unrecognizable lambda output":                                                         "CustomMessage hat eine ungültige Antwort gegeben.",
	"Invalid phone number format.":                                                                        "Das ist keine Telefonnummer.",
	"Password has previously been used.":                                                                  "Dieses Passwort wurde schon einmal benutzt.",
	"User password cannot be reset in the current state.":                                                 "Das Passwort kann derzeit nicht zurückgesetzt werden.",
	"An account with the given email already exists.":                                                     "Es gibt schon ein Konto mit dieser E-Mail-Adresse.",
	"Attempt limit exceeded, please try after some time.":                                                 "Zu viele Versuche. Bitte versuchen Sie es später noch einmal.",
	"Attributes did not conform to the schema: %s: String must be no longer than 2048 characters":         "Die Angabe %s ist zu lang: höchstens 2048 Zeichen",
	"Attributes did not conform to the schema: %s: The attribute is required":                             "Es fehlt eine Angabe: %s",
	"Code mismatch and fail enable Software Token MFA":                                                    "Der Code stimmt nicht. Die Authenticator-App wurde nicht eingerichtet.",
	"Incorrect username or password.":                                                                     "Benutzername oder Passwort ist falsch.",
	"Invalid code or auth state for the user.":                                                            "Der Code ist falsch oder die Anmeldung ist abgelaufen.",
	"Invalid code provided, please request a code again.":                                                 "Dieser Code gilt nicht mehr. Bitte fordern Sie einen neuen an.",
	"Invalid email address format.":                                                                       "Das ist keine E-Mail-Adresse.",
	"Invalid session for the user, session is expired.":                                                   "Die Anmeldung hat zu lange gedauert. Bitte beginnen Sie neu.",
	"Invalid verification code provided, please try again.":                                               "Der Code ist falsch. Bitte versuchen Sie es noch einmal.",
	"Password attempts exceeded":                                                                          "Zu viele falsche Passwörter",
	"Password reset required for the user":                                                                "Das Passwort muss zurückgesetzt werden",
	"Temporary password has expired and must be reset by an administrator.":                               "Das vorläufige Passwort ist abgelaufen und muss von der Verwaltung erneuert werden.",
	"Username cannot be of email format, since user pool is configured for email alias.":                  "Eine E-Mail-Adresse kann hier kein Benutzername sein.",
	"User already exists":                                                                                 "Diesen Benutzer gibt es schon",
	"User cannot be confirmed. Current status is CONFIRMED":                                               "Das Konto ist schon bestätigt",
	"Username/client id combination not found.":                                                           "Diesen Benutzer gibt es nicht.",
	"User does not exist.":                                                                                "Diesen Benutzer gibt es nicht.",
	"User is already confirmed.":                                                                          "Das Konto ist schon bestätigt.",
	"User is not confirmed.":                                                                              "Das Konto ist noch nicht bestätigt.",
	"User is disabled.":                                                                                   "Das Konto ist gesperrt.",
	"You must have multi-factor authentication (MFA) set up to sign in. Please set up MFA and try again.": "Zur Anmeldung brauchen Sie einen zweiten Faktor. Bitte richten Sie einen ein und versuchen Sie es noch einmal.",
	"Your software token has already been used once.":                                                     "Dieser Code wurde schon einmal benutzt.",

	// Password policy.
	"Password did not conform with policy: %s": "Das Passwort genügt den Regeln nicht: %s",
	"Password must have lowercase characters":  "es braucht einen Kleinbuchstaben",
	"Password must have numeric characters":    "es braucht eine Ziffer",
	"Password must have symbol characters":     "es braucht ein Sonderzeichen",
	"Password must have uppercase characters":  "es braucht einen Großbuchstaben",
	"Password not long enough":                 "es ist zu kurz",
	"Password too long":                        "es ist zu lang",

	// Hooks. What they say themselves stays as it is.
	"CustomMessage failed with error %s.":     "CustomMessage ist fehlgeschlagen: %s.",
	"PostConfirmation failed with error %s.":  "PostConfirmation ist fehlgeschlagen: %s.",
	"PreAuthentication failed with error %s.": "PreAuthentication ist fehlgeschlagen: %s.",
	"PreSignUp failed with error %s.":         "PreSignUp ist fehlgeschlagen: %s.",

	// Played providers.
	"An id has at most 96 bytes and no spaces.": "Eine Kennung hat höchstens 96 Bytes und keine Leerzeichen.",
	"Another user":                   "Jemand anders",
	"Back to the app":                "Zurück zur App",
	"Cancel":                         "Abbrechen",
	"Choose a user, or enter an id.": "Wählen Sie einen Benutzer oder geben Sie eine Kennung ein.",
	"Choose who signs in. Nothing leaves this machine.": "Wählen Sie, wer sich anmeldet. Nichts verlässt diesen Rechner.",
	"Fail this way":                           "So scheitern lassen",
	"Fill in the fields below":                "Füllen Sie die Felder unten aus",
	"Id at the provider":                      "Kennung beim Anbieter",
	"It ends on Cognito’s error page":         "Sie endet auf Cognitos Fehlerseite",
	"Make it fail":                            "Scheitern lassen",
	"Played by the emulator: this is not %s.": "Vom Emulator gespielt: Das ist nicht %s.",
	"Sign in with %s":                         "Anmelden mit %s",
	"The SAML response is not valid":          "Die SAML-Antwort ist ungültig",
	"The connection is reset":                 "Die Verbindung bricht ab",
	"The connection times out":                "Die Verbindung antwortet nicht mehr",
	"The email address is verified":           "Die E-Mail-Adresse ist bestätigt",
	"The keys time out":                       "Die Schlüssel kommen zu spät",
	"The pool asks for:":                      "Der Pool verlangt:",
	"The provider’s answer goes to the pool with this button, since the page has no script.": "Mit diesem Knopf geht die Antwort des Anbieters an den Pool, denn die Seite hat kein Skript.",
	"The token endpoint answers 500":      "Der Token-Endpunkt antwortet mit 500",
	"The token endpoint refuses the code": "Der Token-Endpunkt lehnt den Code ab",
	"The token endpoint times out":        "Der Token-Endpunkt antwortet zu spät",
	"User":                                "Benutzer",
	"What goes wrong":                     "Was schiefgeht",
}}

package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// A field is an input for an attribute, or one shown for information.
type field struct {
	Name         string // of the input
	Label        string
	Value        string
	Autocomplete string // what password managers and browsers fill in
	Type         string // of the input
}

// known are the attributes that have a label of their own.
var known = map[string]field{
	"name":         {Label: "Name", Autocomplete: "name", Type: "text"},
	"given_name":   {Label: "First name", Autocomplete: "given-name", Type: "text"},
	"family_name":  {Label: "Last name", Autocomplete: "family-name", Type: "text"},
	"email":        {Label: "E-mail address", Autocomplete: "email", Type: "email"},
	"phone_number": {Label: "Phone, as in +15550100", Autocomplete: "tel", Type: "tel"},
	"birthdate":    {Label: "Date of birth", Autocomplete: "bday", Type: "date"},
	"address":      {Label: "Address", Autocomplete: "street-address", Type: "text"},
	"website":      {Label: "Website", Autocomplete: "url", Type: "url"},
	"nickname":     {Label: "Nickname", Autocomplete: "nickname", Type: "text"},
}

// attributeField is the input for an attribute.
func attributeField(name, value string) field {
	f, ok := known[name]
	if !ok {
		f = field{Label: strings.ReplaceAll(strings.TrimPrefix(name, "custom:"), "_", " "), Autocomplete: "off", Type: "text"}
	}
	f.Name, f.Value = "attribute-"+name, value
	return f
}

// attributeFields are inputs with the values that the form had.
func attributeFields(names []string, r *http.Request) []field {
	var list []field
	for _, name := range names {
		list = append(list, attributeField(name, r.PostFormValue("attribute-"+name)))
	}
	return list
}

// parameterFields are the public parameters of a custom challenge.
func parameterFields(parameters map[string]string) []field {
	var list []field
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		if name != "USERNAME" {
			list = append(list, field{Label: strings.ReplaceAll(name, "_", " "), Value: parameters[name]})
		}
	}
	return list
}

package setup

import "reflect"

// copyFields copies to each field of the struct that dst points to the field of
// the same name in src. Both must have the same type, or one must point to it.
// Zero values are skipped.
func copyFields(dst, src any) {
	to, from := reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem()
	for i := range to.NumField() {
		field := to.Type().Field(i)
		value := from.FieldByName(field.Name)
		if !field.IsExported() || !value.IsValid() || value.IsZero() {
			continue
		}
		switch {
		case value.Type() == field.Type:
			to.Field(i).Set(value)
		case value.Kind() == reflect.Pointer && value.Elem().Type() == field.Type:
			to.Field(i).Set(value.Elem())
		case field.Type.Kind() == reflect.Pointer && field.Type.Elem() == value.Type():
			p := reflect.New(value.Type())
			p.Elem().Set(value)
			to.Field(i).Set(p)
		}
	}
}

// properties are the fields of an input that are set, in the words of the
// Cognito API: maps, slices, strings, numbers and booleans.
func properties(input any) map[string]any {
	if p, ok := plain(reflect.ValueOf(input)).(map[string]any); ok {
		return p
	}
	return map[string]any{}
}

func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.IsExported() && !v.Field(i).IsZero() {
				fields[field.Name] = plain(v.Field(i))
			}
		}
		return fields
	case reflect.Slice:
		items := []any{}
		for i := range v.Len() {
			items = append(items, plain(v.Index(i)))
		}
		return items
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = plain(v.MapIndex(key))
		}
		return entries
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	default:
		return v.Int()
	}
}

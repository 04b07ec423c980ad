package userpool

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A Delivery says where a code was sent.
type Delivery struct {
	Destination string `json:"destination"`         // masked by Cognito, such as "j***@e***"
	Medium      string `json:"medium"`              // "EMAIL" or "SMS"
	Attribute   string `json:"attribute,omitempty"` // "email" or "phone_number"
}

func delivery(d *types.CodeDeliveryDetailsType) *Delivery {
	if d == nil {
		return nil
	}
	return &Delivery{
		Destination: aws.ToString(d.Destination),
		Medium:      string(d.DeliveryMedium),
		Attribute:   aws.ToString(d.AttributeName),
	}
}

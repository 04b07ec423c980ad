package cognitotest

// TakeEvents is [Pool.Events] followed by [Pool.ForgetEvents], with no event
// lost between the two: a program that calls it again and again gets each
// event once.
func (p *Pool) TakeEvents() []Event {
	p.events.mu.Lock()
	defer p.events.mu.Unlock()
	taken := p.events.events
	p.events.events = nil
	return taken
}

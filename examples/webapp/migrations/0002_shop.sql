CREATE TABLE products (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	description TEXT NOT NULL,
	cents       BIGINT NOT NULL CHECK (cents > 0),
	premium     BOOLEAN NOT NULL -- for premium members only
);

INSERT INTO products (id, name, description, cents, premium) VALUES
	('beans',   'Coffee beans, 500 g',   'A washed arabica, roasted on Mondays.',        1190, FALSE),
	('cup',     'Stoneware cup',         'Holds 250 ml and survives the dishwasher.',     1450, FALSE),
	('filter',  'Paper filters, 100',    'Unbleached, for one to four cups.',              490, FALSE),
	('kettle',  'Gooseneck kettle',      'Pours slowly. Half a litre, for every stove.',  3900, FALSE),
	('grinder', 'Hand grinder',          'Steel burrs, and forty clicks to choose from.', 6400, FALSE),
	('reserve', 'Reserve lot, 250 g',    'Eleven bags a month, and members go first.',    1890, TRUE),
	('set',     'Kettle and grinder',    'Both together, a fifth cheaper for members.',   8240, TRUE);

-- The key of a request makes an order once, however often its form is sent.
CREATE TABLE orders (
	id          TEXT PRIMARY KEY,
	user_id     TEXT NOT NULL REFERENCES users (id),
	product_id  TEXT NOT NULL REFERENCES products (id),
	quantity    BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 20),
	cents       BIGINT NOT NULL,
	placed      BIGINT NOT NULL,
	request_key TEXT NOT NULL,
	UNIQUE (user_id, request_key)
);

CREATE INDEX orders_by_time ON orders (user_id, placed);

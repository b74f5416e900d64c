from porting.main import service

service.run()
